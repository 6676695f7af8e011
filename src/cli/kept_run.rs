//! `--save-state` and `--resume`: a run that is kept in a file, and goes on from it.

use super::CliError;
use super::interrupt::Interrupt;
use super::method::Method;
use crate::estimate::{
    EstimateError, Llc, LlcEstimate, RunState, StateError, StateFile, Temperatures,
    TemperaturesEstimate,
};
use crate::sampler::Control;
use std::io::Write;
use std::path::Path;

/// The file of a run, and its state, once it has one.
pub(super) struct KeptRun {
    file: StateFile,
    state: Option<RunState<f64>>,
    /// Whether the file was made by this run.
    is_new: bool,
    /// Whether a run that is over can go on.
    grows: bool,
}

impl KeptRun {
    /// The run of the two options, if one of them is given.
    pub(super) fn of(
        method: Method,
        resume: Option<&Path>,
        save: Option<&Path>,
        force: bool,
    ) -> Result<Option<Self>, CliError> {
        let Some(path) = save.or(resume) else {
            return Ok(None);
        };
        let option = match resume {
            Some(_) => "--resume",
            None => "--save-state",
        };
        if !method.is_chains() {
            return Err(CliError::NoEffect {
                option,
                method: method.label().to_string(),
                needs: match method {
                    Method::Nuts => {
                        "the library of NUTS does not hand out its state; --method temperatures, \
                         hmc, mala, sgld, preconditioned-sgld, sghmc and sgnht can go on"
                    }
                    _ => {
                        "it is for --method temperatures, hmc, mala, sgld, preconditioned-sgld, \
                         sghmc and sgnht"
                    }
                },
            });
        }
        // the file that is gone on from is replaced as the run goes on
        if resume != Some(path) && path.exists() && !force {
            return Err(CliError::StateExists { path: path.into() });
        }
        let state = match resume {
            Some(path) => Some(told(path, StateFile::new(path).read())?),
            None => None,
        };
        let file = StateFile::new(path);
        Ok(Some(Self {
            file,
            state,
            is_new: false,
            grows: method.is_one_temperature(),
        }))
    }

    /// The state to go on from; a new one is written at once, so that a place where nothing can be
    /// written is told now and not after an hour.
    fn state(
        &mut self,
        begin: impl FnOnce() -> Result<RunState<f64>, EstimateError>,
    ) -> Result<&mut RunState<f64>, EstimateError> {
        let state = match self.state.take() {
            Some(state) => state,
            None => {
                let state = begin()?;
                self.file.write(&state)?;
                self.is_new = true;
                state
            }
        };
        Ok(self.state.insert(state))
    }

    /// The estimate at one temperature.
    pub(super) fn llc(
        &mut self,
        llc: &Llc<'_, f64>,
        control: &Control<'_>,
    ) -> Result<LlcEstimate, EstimateError> {
        let file = self.file.clone();
        llc.go_on(self.state(|| llc.begin())?, Some(&file), control)
    }

    /// The estimate at several.
    pub(super) fn temperatures(
        &mut self,
        all: &Temperatures<'_, f64>,
        control: &Control<'_>,
    ) -> Result<TemperaturesEstimate, EstimateError> {
        let file = self.file.clone();
        all.go_on(self.state(|| all.begin())?, Some(&file), control)
    }

    /// Writes the state where the run ended, and says so; not where the run could not go on from
    /// it.
    pub(super) fn close<R>(
        &self,
        estimated: &Result<R, EstimateError>,
        interrupt: &Interrupt,
        stderr: &mut dyn Write,
    ) -> Result<(), CliError> {
        let path = self.file.path();
        match estimated {
            Err(EstimateError::State(error)) => return told(path, Err(error.clone())),
            Err(EstimateError::Sampler(error)) if error.is_stop() => {}
            Err(_) => {
                // what cannot run has no state
                if self.is_new {
                    drop(std::fs::remove_file(path));
                }
                return Ok(());
            }
            Ok(_) => {}
        }
        let Some(state) = &self.state else {
            return Ok(());
        };
        told(path, self.file.write(state))?;
        let file = path.display();
        let further = match interrupt.halted() {
            Some(_) => format!("go on with --resume {file}"),
            None if self.grows => format!("for more draws go on with --resume {file}"),
            None => "the run has all its draws".to_string(),
        };
        drop(writeln!(stderr, "state saved to {file}: {further}"));
        Ok(())
    }
}

fn told<R>(path: &Path, result: Result<R, StateError>) -> Result<R, CliError> {
    result.map_err(|error| CliError::State {
        path: path.into(),
        error,
    })
}
