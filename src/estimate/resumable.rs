//! Runs that can be stopped and go on.

use super::journal::Journal;
use super::llc_run::Unobserved;
use super::run_state::RunState;
use super::state_file::StateFile;
use super::{EstimateError, Llc, LlcEstimate, Temperatures, TemperaturesEstimate};
use crate::loss::Scalar;
use crate::sampler::Control;

impl<T: Scalar> Llc<'_, T> {
    /// The state of a run that has not begun, for [`go_on`](Self::go_on).
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate) for settings out of range.
    pub fn begin(&self) -> Result<RunState<T>, EstimateError> {
        let (nbeta, _) = self.resolved_nbeta()?;
        Ok(RunState::new(self.question("one temperature", &[nbeta])?))
    }

    /// [`estimate_with`](Self::estimate_with), from where the state is; when it returns, also with
    /// an error, the state is where the run ended. The answer is that of a run without a stop, bit
    /// for bit. Unlike there, a time limit does not shorten the pilot, and the state is written to
    /// the file, if there is one, at intervals; at the end that is left to the caller.
    ///
    /// The question is to be the one of the state. When its chains have begun to draw, there may be
    /// more [`draws`](Self::draws), a larger [`budget`](Self::budget) and another
    /// [`relative_error`](Self::relative_error): then the chains get longer, and the burn-in stays.
    ///
    /// # Errors
    /// As [`estimate_with`](Self::estimate_with), and
    /// [`StateError::Question`](super::StateError::Question) and
    /// [`StateError::Fewer`](super::StateError::Fewer) for the state of another question; it is
    /// then as it was.
    pub fn go_on(
        &self,
        state: &mut RunState<T>,
        file: Option<&StateFile>,
        control: &Control<'_>,
    ) -> Result<LlcEstimate, EstimateError> {
        let here = self.begin()?.question;
        let draws = state
            .stages
            .first()
            .is_some_and(|stage| stage.begun.is_some());
        here.goes_on_from(&state.question, draws)?;
        state.question = here;
        let mut journal = Journal::of(state, 0, file);
        let ran = self.run_kept::<Unobserved>(None, control, &mut [], &mut journal)?;
        let mut estimate = ran.estimate?;
        estimate.chains = ran.draws.chains;
        Ok(estimate)
    }
}

impl<T: Scalar> Temperatures<'_, T> {
    /// The state of a run that has not begun, for [`go_on`](Self::go_on).
    ///
    /// # Errors
    /// As [`estimate`](Self::estimate) for settings out of range.
    pub fn begin(&self) -> Result<RunState<T>, EstimateError> {
        let temperatures = self.inverse_temperatures()?;
        let question = self.llc.question("several temperatures", &temperatures)?;
        Ok(RunState::new(question))
    }

    /// [`estimate_with`](Self::estimate_with), from where the state is; see [`Llc::go_on`]. Here
    /// the question has to be the same in all. The temperatures run one after the other and do not
    /// share a time limit: when it is over before the third has its draws, there is no answer yet.
    ///
    /// # Errors
    /// As [`estimate_with`](Self::estimate_with), and
    /// [`StateError::Question`](super::StateError::Question) for the state of another question; it
    /// is then as it was.
    pub fn go_on(
        &self,
        state: &mut RunState<T>,
        file: Option<&StateFile>,
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        let here = self.begin()?.question;
        here.goes_on_from(&state.question, false)?;
        self.estimate_kept(Some((state, file)), control)
    }
}
