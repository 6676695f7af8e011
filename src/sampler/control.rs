//! Watching a run and stopping it.

use super::error::SamplerError;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How far a run has come; `done` counts units of about equal cost over all chains or replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Units finished.
    pub done: u64,
    /// Units in all, as far as known now.
    pub total: u64,
}

/// What ended a run before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Halt {
    /// The stop flag was set.
    Flag,
    /// This time, counted from [`Control::with_time`] on, was over.
    Time(Duration),
}

/// A stop flag, a time limit and a progress callback for a run; by default none of them.
///
/// Stopping is cooperative: once the flag is set or the time is over, every chain ends after the
/// steps it is taking (a few milliseconds' worth, one step at least), every ladder after its
/// sweep, every replicate of volume scaling after the moves of a particle, and the run answers
/// with what it has, marked as stopped. Results of runs that were not stopped do not depend on
/// the control.
///
/// # Examples
///
/// ```
/// use rlct::sampler::{Control, Progress};
/// use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
///
/// let stop = AtomicBool::new(false);
/// let seen = AtomicU64::new(0);
/// let watch = |progress: Progress| seen.store(progress.done, Ordering::Relaxed);
/// let control = Control::new().with_stop(&stop).with_progress(&watch);
/// assert!(!control.stopped());
/// stop.store(true, Ordering::Relaxed);
/// assert!(control.stopped());
/// ```
#[derive(Clone, Copy, Default)]
pub struct Control<'a> {
    stop: Option<&'a AtomicBool>,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    deadline: Option<Deadline>,
}

/// When the time is over, and how long it was.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    at: Instant,
    time: Duration,
}

impl<'a> Control<'a> {
    /// No flag, no time limit, no callback.
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// assert!(!Control::new().stopped());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the run once `flag` is true.
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// # use std::sync::atomic::AtomicBool;
    /// let flag = AtomicBool::new(true);
    /// assert!(Control::new().with_stop(&flag).stopped());
    /// ```
    #[must_use]
    pub fn with_stop(mut self, flag: &'a AtomicBool) -> Self {
        self.stop = Some(flag);
        self
    }

    /// Calls `callback` now and then, from the working threads.
    ///
    /// ```
    /// # use rlct::sampler::{Control, Progress};
    /// let callback = |p: Progress| assert!(p.done <= p.total);
    /// let control = Control::new().with_progress(&callback);
    /// # let _ = control;
    /// ```
    #[must_use]
    pub fn with_progress(mut self, callback: &'a (dyn Fn(Progress) + Sync)) -> Self {
        self.progress = Some(callback);
        self
    }

    /// Stops the run when this time, counted from here on, is over; of all runs under this control
    /// together. A time too long for the system's clock is no limit.
    ///
    /// ```
    /// # use rlct::sampler::{Control, Halt};
    /// # use std::time::Duration;
    /// let control = Control::new().with_time(Duration::ZERO);
    /// assert_eq!(control.halted(), Some(Halt::Time(Duration::ZERO)));
    /// assert!(!Control::new().with_time(Duration::MAX).stopped());
    /// ```
    #[must_use]
    pub fn with_time(self, time: Duration) -> Self {
        self.with_time_from(Instant::now(), time)
    }

    /// The same with the time counted from `start`.
    pub(crate) fn with_time_from(mut self, start: Instant, time: Duration) -> Self {
        let at = start.checked_add(time);
        self.deadline = at.map(|at| Deadline { at, time });
        self
    }

    /// The same, stopped at `at` if not before.
    pub(crate) fn until(mut self, at: Instant) -> Self {
        let sooner = self.deadline.is_none_or(|deadline| at < deadline.at);
        if sooner {
            let time = at.saturating_duration_since(Instant::now());
            self.deadline = Some(Deadline { at, time });
        }
        self
    }

    /// Whether the flag has been set or the time is over.
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// assert!(!Control::default().stopped());
    /// ```
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.halted().is_some()
    }

    /// What ends the run, if something does: the flag before the time.
    ///
    /// ```
    /// # use rlct::sampler::{Control, Halt};
    /// # use std::{sync::atomic::AtomicBool, time::Duration};
    /// let flag = AtomicBool::new(true);
    /// let control = Control::new().with_stop(&flag).with_time(Duration::ZERO);
    /// assert_eq!(control.halted(), Some(Halt::Flag));
    /// ```
    #[must_use]
    pub fn halted(&self) -> Option<Halt> {
        if self.stop.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Some(Halt::Flag);
        }
        let deadline = self.deadline.filter(|d| Instant::now() >= d.at)?;
        Some(Halt::Time(deadline.time))
    }

    /// The same with an equal share of the time that is left for each of so many runs; what is told
    /// of the time is still all of it.
    pub(crate) fn share(mut self, runs: usize) -> Self {
        let runs = u32::try_from(runs.max(1)).unwrap_or(u32::MAX);
        if let (Some(left), Some(deadline)) = (self.left(), &mut self.deadline) {
            deadline.at = Instant::now() + left / runs;
        }
        self
    }

    /// The time that is left, if it is limited.
    pub(crate) fn left(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        Some(deadline.at.saturating_duration_since(Instant::now()))
    }

    /// The error of a run that was stopped before there was anything to answer with.
    pub(crate) fn too_early(&self) -> SamplerError {
        match self.halted() {
            Some(Halt::Time(time)) => SamplerError::TimeTooShort {
                seconds: time.as_secs_f64(),
            },
            _ => SamplerError::StoppedEarly,
        }
    }

    /// Reports progress.
    pub(crate) fn report(&self, done: u64, total: u64) {
        if let Some(callback) = self.progress {
            callback(Progress {
                done: done.min(total),
                total,
            });
        }
    }
}

impl fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("stopped", &self.stopped())
            .field("progress", &self.progress.is_some())
            .field("time", &self.deadline.map(|deadline| deadline.time))
            .finish()
    }
}

/// How many steps a chain takes between two looks at the control: as many as take a few
/// milliseconds, at most [`MOST`](Self::MOST). Where the blocks end does not change the draws.
#[derive(Debug)]
pub(super) struct Pace {
    block: usize,
    last: Instant,
}

impl Pace {
    const MOST: usize = 64;
    const SHORT: Duration = Duration::from_millis(2);
    const LONG: Duration = Duration::from_millis(10);

    pub(super) fn new() -> Self {
        Self {
            block: 1,
            last: Instant::now(),
        }
    }

    /// The next block, of so many steps that are left.
    pub(super) fn block(&self, left: usize) -> usize {
        self.block.min(left)
    }

    /// A block has been taken.
    pub(super) fn taken(&mut self) {
        let now = Instant::now();
        let took = now - self.last;
        self.last = now;
        if took < Self::SHORT {
            self.block = (2 * self.block).min(Self::MOST);
        } else if took > Self::LONG {
            self.block = (self.block / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_short_where_steps_are_slow() {
        let mut pace = Pace::new();
        assert_eq!(pace.block(10), 1);
        for _ in 0..10 {
            pace.last = Instant::now();
            pace.taken();
        }
        assert_eq!((pace.block(1000), pace.block(5)), (Pace::MOST, 5));
        for _ in 0..10 {
            pace.last = Instant::now() - Duration::from_millis(20);
            pace.taken();
        }
        assert_eq!(pace.block(1000), 1);
    }
}
