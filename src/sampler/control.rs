//! Watching a run and stopping it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// How far a run has come; `done` counts units of about equal cost over all chains or replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Units finished.
    pub done: u64,
    /// Units in all, as far as known now.
    pub total: u64,
}

/// A stop flag and a progress callback for a run; by default neither.
///
/// Stopping is cooperative: once the flag is set, every chain ends after its current block, and
/// the run answers with what it has, marked as stopped. Results of runs that were not stopped do
/// not depend on the control.
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
}

impl<'a> Control<'a> {
    /// No flag, no callback.
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

    /// Whether the flag has been set.
    ///
    /// ```
    /// # use rlct::sampler::Control;
    /// assert!(!Control::default().stopped());
    /// ```
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.is_some_and(|flag| flag.load(Ordering::Relaxed))
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
            .finish()
    }
}
