//! Budgets: exact methods end, with an answer or with the reason why not.

use crate::clock::Instant;
use rlct_algebra::work::{Observer, observe};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How much an exact computation may cost before it returns what it has proved so far.
///
/// The time is kept to about a tenth of a second in the search, and an answer is there at most a
/// second after it: what was proved is then checked, or bounds that need no search are. In programs
/// that abort on a panic a single step of the algebra cannot be interrupted, and may take longer.
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
        let begun = Instant::now();
        Meter {
            clock: Clock {
                begun,
                limit: self.time,
                deadline: begun.checked_add(time),
                stop: self.stop.clone(),
            },
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
    /// The part of the time that the search may take: the rest is for the check of what it found.
    #[error("the search used up {share:?}, its share of the time limit of {limit:?}")]
    TimeShare {
        /// The part, counted from the start, to the millisecond.
        share: Duration,
        /// The time limit.
        limit: Duration,
    },
    /// The limit on steps.
    #[error("the limit of {0} steps was reached")]
    Steps(u64),
    /// The stop flag was set.
    #[error("the computation was interrupted")]
    Interrupted,
    /// An intermediate polynomial or polyhedron grew too large.
    #[error("an intermediate {0} grew too large")]
    Size(&'static str),
    /// The polynomials that the search holds take more memory than it may use.
    #[error("the charts of the search reached the limit of {0} MiB of memory")]
    Memory(u64),
}

/// When to stop, whatever the work.
#[derive(Debug, Clone)]
struct Clock {
    /// When the computation as a whole began, and how long it may take.
    begun: Instant,
    limit: Duration,
    /// When this part of it is to end.
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

    /// Why the work must end, if it must.
    fn over(&self) -> Option<Exhausted> {
        if self.is_stopped() {
            return Some(Exhausted::Interrupted);
        }
        self.is_late().then(|| self.time_reached())
    }

    /// The time that was reached at the deadline: that of the whole, or a share of it.
    fn time_reached(&self) -> Exhausted {
        let limit = self.limit;
        let share = self
            .deadline
            .map_or(limit, |deadline| deadline.duration_since(self.begun));
        if share >= limit {
            return Exhausted::Time(limit);
        }
        let share = Duration::from_millis(u64::try_from(share.as_millis()).unwrap_or(u64::MAX));
        Exhausted::TimeShare { share, limit }
    }
}

/// The clock that watches over a thread, and since when it is over.
#[derive(Debug)]
struct Watching {
    clock: Clock,
    /// When it was first seen to be over.
    over: Cell<Option<Instant>>,
    /// The same, or when work was last abandoned: what follows has a little time to put together
    /// what was proved.
    patient_from: Cell<Option<Instant>>,
}

impl Watching {
    /// How long work that does not end by itself may go on after its time, and after other work
    /// was abandoned.
    const PATIENCE: Duration = Duration::from_millis(40);
    /// How long all of it may go on after its time.
    const MOST_PATIENCE: Duration = Duration::from_millis(200);

    /// Why the work must be abandoned, if it must.
    fn lost(&self) -> Option<Exhausted> {
        let reason = self.clock.over()?;
        let now = Instant::now();
        let over = self.over.get().unwrap_or(now);
        let patient_from = self.patient_from.get().unwrap_or(now);
        self.over.set(Some(over));
        self.patient_from.set(Some(patient_from));
        let lost = now.duration_since(patient_from) >= Self::PATIENCE
            || now.duration_since(over) >= Self::MOST_PATIENCE;
        lost.then_some(reason)
    }
}

/// Elementary operations between two looks at the clock: some ten microseconds.
const LOOK_EVERY: u64 = 1024;

thread_local! {
    /// The clock that watches over this thread.
    static WATCH: RefCell<Option<Watching>> = const { RefCell::new(None) };
    /// How many scopes there are in which work may be abandoned.
    static SCOPES: Cell<u32> = const { Cell::new(0) };
    /// Operations until the next look at the clock.
    static UNTIL_LOOK: Cell<u64> = const { Cell::new(LOOK_EVERY) };
}

/// Whether work that may be given up (a search for a divisor, say) should be: the budget that
/// watches over this thread is at its end. Never without [`Meter::watch`].
pub(crate) fn time_is_up() -> bool {
    WATCH.with_borrow(|watching| {
        let watching = watching.as_ref();
        watching.is_some_and(|watching| watching.clock.over().is_some())
    })
}

/// Called by work that has no meter and no way to say that it did not finish, before each piece of
/// so many elementary operations. When the budget that watches over this thread has been at its
/// end for a moment, the work is abandoned: the stack is unwound to [`abandonable`]. Outside of it,
/// and in programs that abort on a panic, nothing happens: there only [`time_is_up`] and the meters
/// keep the time.
pub(crate) fn look(operations: usize) {
    let left = UNTIL_LOOK.get().checked_sub(operations as u64);
    match left {
        Some(left) => UNTIL_LOOK.set(left),
        None => {
            UNTIL_LOOK.set(LOOK_EVERY);
            look_now();
        }
    }
}

/// Called before arithmetic with numbers of so many bits: as [`look`] for its operations on machine
/// words, and numbers beyond all use are no longer computed with. One operation with them takes so
/// long that there is no look in time.
pub(crate) fn look_at_numbers(bits: u64) {
    /// A common divisor of such numbers takes about 0.2 s.
    const MOST_BITS: u64 = 1 << 17;
    if bits > MOST_BITS && cfg!(panic = "unwind") && SCOPES.get() > 0 {
        std::panic::resume_unwind(Box::new(Abandoned(Exhausted::Size("number"))));
    }
    let words = bits / 64 + 1;
    look((words * words) as usize);
}

fn look_now() {
    if cfg!(not(panic = "unwind")) || SCOPES.get() == 0 {
        return;
    }
    let lost = WATCH.with_borrow(|watching| watching.as_ref().and_then(Watching::lost));
    if let Some(reason) = lost {
        // no panic: nothing is wrong and no hook is called
        std::panic::resume_unwind(Box::new(Abandoned(reason)));
    }
}

/// What unwinds the stack when work is abandoned.
struct Abandoned(Exhausted);

/// A scope in which work may be abandoned, as long as it lives.
struct Scope;

impl Scope {
    fn enter() -> Self {
        // the arithmetic below has no clock and tells this one how far it is
        observe(Observer {
            operations: look,
            numbers: look_at_numbers,
        });
        SCOPES.set(SCOPES.get() + 1);
        Self
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        SCOPES.set(SCOPES.get() - 1);
    }
}

/// The work, or why it was abandoned: see [`look`]. What the work changes must be whole whenever it
/// calls for a look, or not be used afterwards.
pub(crate) fn abandonable<T>(work: impl FnOnce() -> T) -> Result<T, Exhausted> {
    let scope = Scope::enter();
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    drop(scope);
    done.map_err(|payload| match payload.downcast::<Abandoned>() {
        Ok(abandoned) => {
            WATCH.with_borrow(|watching| {
                if let Some(watching) = watching {
                    watching.patient_from.set(Some(Instant::now()));
                }
            });
            abandoned.0
        }
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// A watch over this thread, as long as it lives.
pub(crate) struct Watch {
    before: Option<Watching>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCH.set(self.before.take());
    }
}

/// A running budget.
pub(crate) struct Meter {
    clock: Clock,
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
        if used >= self.next_look.get() {
            self.next_look.set(used.saturating_add(Self::LOOK_EVERY));
            if let Some(reason) = self.clock.over() {
                return Err(reason);
            }
        }
        if used > self.limit {
            return Err(Exhausted::Steps(self.stated));
        }
        Ok(())
    }

    /// Books `steps` elementary steps and looks at the clock, before work of unknown length.
    pub(crate) fn spend_and_look(&self, steps: u64) -> Result<(), Exhausted> {
        self.next_look.set(0);
        self.spend(steps)
    }

    /// Why the work must end now, if it must.
    pub(crate) fn over(&self) -> Option<Exhausted> {
        self.spend_and_look(0).err()
    }

    /// A meter for a part of the work that may fail without ending the whole: at most `steps`
    /// more steps, and the same clock.
    pub(crate) fn part(&self, steps: u64) -> Self {
        Self {
            clock: self.clock.clone(),
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
            match numerator == denominator {
                true => deadline,
                false => now + left / denominator * numerator,
            }
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

    /// A meter for work that gives what there is when the time is up or the stop flag is set: it
    /// ends with the time limit, but is not before `least` and not stopped. After the stop flag it
    /// has no more than that.
    pub(crate) fn at_least(&self, least: Duration) -> Self {
        let now = Instant::now();
        let all = self.part(u64::MAX);
        let soon = now.checked_add(least);
        let deadline = match (soon, all.clock.deadline) {
            (Some(soon), Some(deadline)) if !self.clock.is_stopped() => Some(soon.max(deadline)),
            (soon, _) => soon,
        };
        let stop = all.clock.stop.filter(|_| !self.clock.is_stopped());
        Self {
            clock: Clock {
                deadline,
                stop,
                ..all.clock
            },
            ..all
        }
    }

    /// Books what a part has spent, and looks at the clock.
    pub(crate) fn book(&self, part: &Self) -> Result<(), Exhausted> {
        self.spend_and_look(part.used.get())
    }

    /// Lets the clock watch over this thread: algebra deep below, which has no meter, asks
    /// [`time_is_up`], and calls for a [`look`].
    pub(crate) fn watch(&self) -> Watch {
        let watching = Watching {
            clock: self.clock.clone(),
            over: Cell::new(None),
            patient_from: Cell::new(None),
        };
        Watch {
            before: WATCH.replace(Some(watching)),
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

    /// Work without end that calls for looks.
    fn endless() -> Result<(), Exhausted> {
        abandonable(|| {
            loop {
                look(100);
            }
        })
    }

    #[test]
    fn work_without_a_meter_is_abandoned() {
        let time = Duration::from_millis(10);
        let meter = Budget::default().with_time(time).start();
        let watch = meter.watch();
        assert_eq!(endless(), Err(Exhausted::Time(time)));
        // what follows has a moment, then is abandoned as well
        let start = Instant::now();
        assert_eq!(endless(), Err(Exhausted::Time(time)));
        assert!(start.elapsed() < Duration::from_secs(1));
        drop(watch);
        let flag = Arc::new(AtomicBool::new(true));
        let watch = Budget::default().with_stop(flag).start().watch();
        assert_eq!(endless(), Err(Exhausted::Interrupted));
        // outside of a scope nothing is abandoned
        (0..100_000).for_each(|_| look(1000));
        drop(watch);
        assert_eq!(
            abandonable(|| (0..100_000).for_each(|_| look(1000))),
            Ok(())
        );
    }

    #[test]
    fn numbers_beyond_use_are_abandoned() {
        let powers = || {
            (0..60).fold(1_u64, |bits, _| {
                look_at_numbers(bits);
                2 * bits
            })
        };
        assert_eq!(abandonable(powers), Err(Exhausted::Size("number")));
        look_at_numbers(u64::from(u32::MAX));
    }

    #[test]
    fn panics_are_no_limits() {
        let panicked = std::panic::catch_unwind(|| abandonable(|| panic!("a fault")));
        let payload = panicked.unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"a fault"));
        assert_eq!(SCOPES.get(), 0);
    }

    #[test]
    fn a_share_of_the_time_is_called_that() {
        let limit = Duration::from_millis(20);
        let budget = Budget::default().with_time(limit);
        let half = budget.start_half();
        std::thread::sleep(limit);
        let share = limit / 2;
        assert_eq!(half.over(), Some(Exhausted::TimeShare { share, limit }));
        assert_eq!(
            Exhausted::TimeShare { share, limit }.to_string(),
            "the search used up 10ms, its share of the time limit of 20ms"
        );
        // what gives the answer has a moment more
        assert_eq!(half.at_least(Duration::from_secs(60)).over(), None);
        let stopped = budget.with_stop(Arc::new(AtomicBool::new(true))).start();
        assert_eq!(stopped.over(), Some(Exhausted::Interrupted));
        assert_eq!(stopped.at_least(Duration::from_secs(60)).over(), None);
        let no_time = stopped.at_least(Duration::ZERO);
        assert!(matches!(
            no_time.over(),
            Some(Exhausted::Time(_) | Exhausted::TimeShare { .. })
        ));
    }
}
