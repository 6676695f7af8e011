//! Progress of long work, on stderr: a bar; where stderr is not a terminal, a line now and then.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A bar or a spinner that disappears when dropped. Where it cannot be seen, a line says how far
/// work of known length is after 10 seconds, after 20, 40 and so on.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    hidden: bool,
    start: Instant,
    /// When a line is due next, in seconds.
    due: AtomicU64,
}

/// The seconds after which work is said to be long.
const LONG: u64 = 10;

impl Progress {
    /// Work of unknown length.
    pub(super) fn spinner(what: impl Into<String>) -> Self {
        Self::start(
            ProgressBar::new_spinner(),
            "{spinner} {msg} [{elapsed}]",
            what.into(),
        )
    }

    /// Work of so many steps, with its rate and the time that is left.
    pub(super) fn bar(steps: u64, what: impl Into<String>) -> Self {
        let template = "{bar:30} {human_pos}/{human_len} {msg} [{elapsed}, {per_sec}, {eta} left]";
        Self::start(ProgressBar::new(steps), template, what.into())
    }

    fn start(bar: ProgressBar, template: &str, what: String) -> Self {
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self {
            hidden: bar.is_hidden(),
            bar,
            start: Instant::now(),
            due: AtomicU64::new(LONG),
        }
    }

    /// What is being done now.
    pub(super) fn message(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
    }

    /// Writes to the terminal without tearing the bar.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// So many of so many steps are done.
    pub(super) fn set(&self, done: u64, all: u64) {
        if self.hidden {
            self.tell(done, all);
        } else {
            self.bar.set_length(all);
            self.bar.set_position(done);
        }
    }

    /// The line, if one is due.
    fn tell(&self, done: u64, all: u64) {
        let (now, due) = (
            self.start.elapsed().as_secs(),
            self.due.load(Ordering::Relaxed),
        );
        let (first, last) = (Ordering::Relaxed, Ordering::Relaxed);
        let next = 2 * due.max(1);
        if now < due || self.due.compare_exchange(due, next, first, last).is_err() {
            return;
        }
        let what = self.bar.message();
        let far = if all == 0 {
            "pilot chains".to_string()
        } else {
            format!("{done} of {all} steps")
        };
        // a progress that cannot be told is no reason to stop
        drop(writeln!(io::stderr(), "{what}: {far} after {now} s"));
    }

    /// One more step is done.
    pub(super) fn advance(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
