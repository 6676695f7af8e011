//! What ends long work early: Ctrl-C, the first asks it to stop, the second ends the process; and
//! the time limit of the command.

use super::Exit;
use crate::Budget;
use crate::sampler::{Control, Halt};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The flag that Ctrl-C sets, and when the time is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    flag: Arc<AtomicBool>,
    limit: Option<Limit>,
}

/// A time limit: when it began, and how long it is.
#[derive(Debug, Clone, Copy)]
struct Limit {
    start: Instant,
    time: Duration,
}

/// A time limit on the command line, in seconds.
pub(super) fn time_limit(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl Interrupt {
    /// Catches Ctrl-C from here on. Where the system does not allow it, Ctrl-C ends the process
    /// as it always does.
    pub(super) fn install() -> Self {
        let interrupt = Self::default();
        let flag = interrupt.flag();
        let installed = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(Exit::Interrupted.code()));
            }
        });
        drop(installed);
        interrupt
    }

    /// The flag, for the library to look at.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// The same, with this time from here on for the whole command.
    pub(super) fn within(mut self, time: Option<Duration>) -> Self {
        let start = Instant::now();
        self.limit = time.map(|time| Limit { start, time });
        self
    }

    /// For samplers.
    pub(super) fn control(&self) -> Control<'_> {
        let control = Control::new().with_stop(&self.flag);
        match self.limit {
            Some(Limit { start, time }) => control.with_time_from(start, time),
            None => control,
        }
    }

    /// For samplers, with an equal share of the time that is left for each of so many runs.
    pub(super) fn share(&self, runs: usize) -> Control<'_> {
        let control = Control::new().with_stop(&self.flag);
        match self.limit {
            Some(Limit { start, time }) => {
                let left = time.saturating_sub(start.elapsed());
                let share = left / u32::try_from(runs).unwrap_or(u32::MAX).max(1);
                // told to people: no more digits than they read
                control.with_time(Duration::from_millis(share.as_millis() as u64))
            }
            None => control,
        }
    }

    /// For exact methods: the default, but no longer than the command has time.
    pub(super) fn budget(&self) -> Budget {
        let budget = Budget::default().with_stop(self.flag());
        match self.limit {
            Some(Limit { start, time }) => {
                let left = time.saturating_sub(start.elapsed());
                let least = budget.time().min(left);
                budget.with_time(least)
            }
            None => budget,
        }
    }

    /// What ended the work, if it was Ctrl-C or the time.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.control().halted()
    }

    /// The exit code of a command that was ended so, and why, for people.
    pub(super) fn end(&self) -> Option<(Exit, String)> {
        match self.halted()? {
            Halt::Time(time) => {
                let seconds = time.as_secs_f64();
                Some((Exit::Undecided, format!("the time of {seconds} s was over")))
            }
            _ => Some((Exit::Interrupted, "interrupted".into())),
        }
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_set(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }
}
