//! Budgets: exact methods end, with an answer or with the reason why not.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How much an exact computation may cost before it returns what it has proved so far.
///
/// # Examples
///
/// ```
/// use rlct::Budget;
/// use std::time::Duration;
///
/// let budget = Budget::default().with_time(Duration::from_secs(2)).with_steps(1_000_000);
/// assert_eq!(budget.time(), Duration::from_secs(2));
/// ```
#[derive(Debug, Clone)]
pub struct Budget {
    time: Duration,
    steps: u64,
    stop: Option<Arc<AtomicBool>>,
}

impl Default for Budget {
    /// Ten seconds and 50 million steps, whichever ends first.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            steps: 50_000_000,
            stop: None,
        }
    }
}

impl Budget {
    /// The budget with another time limit. Up to half of it may go into the check of the answer.
    ///
    /// ```
    /// # use rlct::Budget;
    /// # use std::time::Duration;
    /// assert_eq!(Budget::default().with_time(Duration::ZERO).time(), Duration::ZERO);
    /// ```
    #[must_use]
    pub fn with_time(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// The budget with another limit on elementary steps (term operations). Unlike time, steps
    /// give the same answer on every machine.
    ///
    /// ```
    /// # use rlct::Budget;
    /// assert_eq!(Budget::default().with_steps(7).steps(), 7);
    /// ```
    #[must_use]
    pub fn with_steps(self, steps: u64) -> Self {
        Self { steps, ..self }
    }

    /// The budget that also ends when the flag is set, as by Ctrl-C.
    ///
    /// ```
    /// # use rlct::Budget;
    /// use std::sync::{Arc, atomic::AtomicBool};
    /// let stop = Arc::new(AtomicBool::new(false));
    /// let budget = Budget::default().with_stop(stop);
    /// # let _ = budget;
    /// ```
    #[must_use]
    pub fn with_stop(self, stop: Arc<AtomicBool>) -> Self {
        Self {
            stop: Some(stop),
            ..self
        }
    }

    /// The time limit.
    ///
    /// ```
    /// # use rlct::Budget;
    /// assert_eq!(Budget::default().time().as_secs(), 10);
    /// ```
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }

    /// The limit on elementary steps.
    ///
    /// ```
    /// # use rlct::Budget;
    /// assert_eq!(Budget::default().steps(), 50_000_000);
    /// ```
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Starts the clock.
    pub(crate) fn start(&self) -> Meter {
        self.start_with(self.time)
    }

    /// Starts the clock with half of the time: the other half is for a check of what was found.
    pub(crate) fn start_half(&self) -> Meter {
        self.start_with(self.time / 2)
    }

    fn start_with(&self, time: Duration) -> Meter {
        Meter {
            clock: Clock {
                deadline: Instant::now().checked_add(time),
                stop: self.stop.clone(),
            },
            time: self.time,
            limit: self.steps,
            stated: self.steps,
            used: Cell::new(0),
            next_look: Cell::new(0),
        }
    }
}

/// What ended a computation early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Exhausted {
    /// The time limit.
    #[error("the time limit of {0:?} was reached")]
    Time(Duration),
    /// The limit on steps.
    #[error("the limit of {0} steps was reached")]
    Steps(u64),
    /// The stop flag was set.
    #[error("the computation was interrupted")]
    Interrupted,
    /// An intermediate polynomial or polyhedron grew too large.
    #[error("an intermediate {0} grew too large")]
    Size(&'static str),
}

/// When to stop, whatever the work.
#[derive(Clone)]
struct Clock {
    deadline: Option<Instant>,
    stop: Option<Arc<AtomicBool>>,
}

impl Clock {
    fn is_stopped(&self) -> bool {
        let stop = self.stop.as_ref();
        stop.is_some_and(|s| s.load(Ordering::Relaxed))
    }

    fn is_late(&self) -> bool {
        let deadline = self.deadline;
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

thread_local! {
    /// The clock that watches over this thread.
    static WATCH: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// Whether work that may be given up (a search for a divisor, say) should be: the budget that watches over this thread is at
/// its end. Never without [`Meter::watch`].
pub(crate) fn time_is_up() -> bool {
    WATCH.with_borrow(|clock| {
        let clock = clock.as_ref();
        clock.is_some_and(|clock| clock.is_stopped() || clock.is_late())
    })
}

/// A watch over this thread, as long as it lives.
pub(crate) struct Watch {
    before: Option<Clock>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCH.set(self.before.take());
    }
}

/// A running budget.
pub(crate) struct Meter {
    clock: Clock,
    time: Duration,
    limit: u64,
    /// The limit of the budget that the work as a whole is under.
    stated: u64,
    used: Cell<u64>,
    next_look: Cell<u64>,
}

impl Meter {
    /// How many steps pass between looks at the clock.
    const LOOK_EVERY: u64 = 4096;

    /// Books `steps` elementary steps.
    pub(crate) fn spend(&self, steps: u64) -> Result<(), Exhausted> {
        let used = self.used.get().saturating_add(steps);
        self.used.set(used);
        if used > self.limit {
            return Err(Exhausted::Steps(self.stated));
        }
        if used >= self.next_look.get() {
            self.next_look.set(used + Self::LOOK_EVERY);
            if self.clock.is_stopped() {
                return Err(Exhausted::Interrupted);
            }
            if self.clock.is_late() {
                return Err(Exhausted::Time(self.time));
            }
        }
        Ok(())
    }

    /// Books `steps` elementary steps and looks at the clock, before work of unknown length.
    pub(crate) fn spend_and_look(&self, steps: u64) -> Result<(), Exhausted> {
        self.next_look.set(0);
        self.spend(steps)
    }

    /// A meter for a part of the work that may fail without ending the whole: at most `steps`
    /// more steps, and the same clock.
    pub(crate) fn part(&self, steps: u64) -> Self {
        Self {
            clock: self.clock.clone(),
            time: self.time,
            limit: steps.min(self.limit.saturating_sub(self.used.get())),
            stated: steps.min(self.stated),
            used: Cell::new(0),
            next_look: Cell::new(0),
        }
    }

    /// A meter for a pass over the work: so much of the time that is left, and all steps that are.
    pub(crate) fn share(&self, numerator: u32, denominator: u32) -> Self {
        let now = Instant::now();
        let until = |deadline: Instant| {
            let left = deadline.saturating_duration_since(now);
            now + left / denominator * numerator
        };
        let deadline = self.clock.deadline.map(until);
        let all = self.part(u64::MAX);
        Self {
            clock: Clock {
                deadline,
                ..all.clock
            },
            ..all
        }
    }

    /// Books what a part has spent, and looks at the clock.
    pub(crate) fn book(&self, part: &Self) -> Result<(), Exhausted> {
        self.spend_and_look(part.used.get())
    }

    /// Lets the clock watch over this thread: algebra deep below, which has no meter, asks [`time_is_up`].
    pub(crate) fn watch(&self) -> Watch {
        Watch {
            before: WATCH.replace(Some(self.clock.clone())),
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meter({} of {} steps)", self.used.get(), self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_ends_the_work() {
        let steps = Budget::default().with_steps(10).start();
        assert_eq!(steps.spend(10), Ok(()));
        assert_eq!(steps.spend(1), Err(Exhausted::Steps(10)));
        let time = Budget::default().with_time(Duration::ZERO).start();
        assert_eq!(time.spend(1), Err(Exhausted::Time(Duration::ZERO)));
        let stop = Arc::new(AtomicBool::new(true));
        let interrupted = Budget::default().with_stop(stop).start();
        assert_eq!(interrupted.spend(1), Err(Exhausted::Interrupted));
    }

    #[test]
    fn a_watch_ends_with_its_scope() {
        assert!(!time_is_up());
        let late = Budget::default().with_time(Duration::ZERO).start();
        let outer = late.watch();
        assert!(time_is_up());
        let patient = Budget::default().start();
        let inner = patient.watch();
        assert!(!time_is_up());
        drop(inner);
        assert!(time_is_up());
        drop(outer);
        assert!(!time_is_up());
    }
}
