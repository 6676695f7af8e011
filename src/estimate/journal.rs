//! The run at one temperature on its way into the state of the whole: what is kept as it goes, and
//! what is not done again.

use super::EstimateError;
use super::run_state::{Begun, RunState, SavedLeg, Stage, UnderWay};
use super::state_error::StateError;
use super::state_file::StateFile;
use crate::loss::Scalar;
use crate::sampler::{Control, Rounds, Unfit};
use std::time::{Duration, Instant};

/// Writing takes this part of the time at most.
const WRITING_SHARE: u32 = 20;
/// However often a state is to be written, chains move on in between.
const SHORTEST: Duration = Duration::from_millis(10);

/// What is kept of a run; of most runs nothing.
pub(super) struct Journal<'j, T: Scalar>(Option<Kept<'j, T>>);

struct Kept<'j, T: Scalar> {
    state: &'j mut RunState<T>,
    stage: usize,
    file: Option<&'j StateFile>,
    due: Option<Instant>,
}

impl From<Unfit> for EstimateError {
    fn from(Unfit(part): Unfit) -> Self {
        StateError::Unfit(part).into()
    }
}

impl<'j, T: Scalar> Journal<'j, T> {
    /// Of a run of which nothing is kept.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Of the run at the temperature `stage`, written to the file now and then, if there is one.
    pub(super) fn of(
        state: &'j mut RunState<T>,
        stage: usize,
        file: Option<&'j StateFile>,
    ) -> Self {
        while state.stages.len() <= stage {
            state.stages.push(Stage::new());
        }
        let wait = file.map(|file| file.interval().max(SHORTEST));
        Self(Some(Kept {
            state,
            stage,
            file,
            due: wait.and_then(|wait| Instant::now().checked_add(wait)),
        }))
    }

    /// Whether anything is kept.
    pub(super) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    fn stage(&mut self) -> Option<&mut Stage<T>> {
        let kept = self.0.as_mut()?;
        kept.state.stages.get_mut(kept.stage)
    }

    /// A leg of the pilot that was done before.
    pub(super) fn leg(&mut self, index: usize) -> Option<SavedLeg<T>> {
        self.stage()?.legs.get(index).cloned()
    }

    /// The leg that was under way.
    pub(super) fn take_under_way(&mut self) -> Option<UnderWay<T>> {
        self.stage()?.under_way.take()
    }

    /// Keeps a leg that is not done.
    pub(super) fn keep_under_way(&mut self, leg: UnderWay<T>) {
        if let Some(stage) = self.stage() {
            stage.under_way = Some(leg);
        }
        self.write_if_due();
    }

    /// Keeps a leg that is done.
    pub(super) fn keep_leg(&mut self, leg: impl FnOnce() -> SavedLeg<T>) {
        if let Some(stage) = self.stage() {
            stage.legs.push(leg());
        }
        self.write_if_due();
    }

    /// Forgets where a leg ended: the next began there, is done, and nothing else asks.
    pub(super) fn forget_end(&mut self, index: usize) {
        if let Some(leg) = self.stage().and_then(|stage| stage.legs.get_mut(index)) {
            leg.points.clear();
        }
    }

    /// The chains as they were, if they had begun.
    pub(super) fn take_begun(&mut self) -> Option<Begun<T>> {
        self.stage()?.begun.take()
    }

    /// The chains begin; what led to them is not needed any more.
    pub(super) fn begin(&mut self, begun: impl FnOnce() -> Begun<T>) {
        if let Some(stage) = self.stage() {
            stage.legs.clear();
            stage.under_way = None;
            stage.begun = Some(begun());
        }
    }

    /// Keeps the chains as they are.
    pub(super) fn keep(&mut self, rounds: &Rounds<'_, T>, draws: usize) {
        if let Some(begun) = self.stage().and_then(|stage| stage.begun.as_mut()) {
            begun.draws = draws;
            begun.chains = rounds.save();
        }
    }

    /// The control, but stopped when a state is due to be written.
    pub(super) fn until_due<'c>(&self, control: &Control<'c>) -> Control<'c> {
        match self.0.as_ref().and_then(|kept| kept.due) {
            Some(due) => control.until(due),
            None => *control,
        }
    }

    /// Takes the chains to a step, with the state written on the way; marks them as stopped if the
    /// control ends that, and keeps them as they then are.
    pub(super) fn advance(
        &mut self,
        rounds: &mut Rounds<'_, T>,
        (target, draws): (usize, usize),
        control: &Control<'_>,
        total: u64,
    ) {
        loop {
            let done = rounds.advance_to(target, &self.until_due(control), total);
            self.keep(rounds, draws);
            if !done && (!self.is_kept() || control.stopped()) {
                rounds.stop();
            } else if !done {
                self.write_if_due();
                continue;
            }
            return;
        }
    }

    /// Writes the state if it is time. One that cannot be written now is tried again later: the run
    /// is worth more than a copy of it.
    fn write_if_due(&mut self) {
        let Some(kept) = &mut self.0 else { return };
        let Some(file) = kept.file else { return };
        let start = Instant::now();
        if kept.due.is_none_or(|due| start < due) {
            return;
        }
        drop(file.write(kept.state));
        let wait = file.interval().max(SHORTEST);
        let wait = wait.max(WRITING_SHARE * start.elapsed());
        kept.due = Instant::now().checked_add(wait);
    }
}
