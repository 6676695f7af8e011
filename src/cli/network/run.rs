//! A run of training in a directory: what was asked for, its state, its checkpoints, its trace.

use super::Data;
use crate::cli::CliError;
use crate::network::{NetworkDescription, TracePoint, Training};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The precision of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Precision {
    /// 32 bits
    #[default]
    F32,
    /// 64 bits
    F64,
}

/// What a run was asked for: `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunFile {
    schema: u32,
    pub(super) network: NetworkDescription,
    pub(super) data: Data,
    pub(super) precision: Precision,
    /// The weights at the start, or `None` for those of the seed.
    pub(super) start: Option<PathBuf>,
    pub(super) training: Training,
}

impl RunFile {
    pub(super) fn new(
        network: NetworkDescription,
        data: Data,
        (precision, start): (Precision, Option<PathBuf>),
        training: Training,
    ) -> Self {
        Self {
            schema: crate::SCHEMA,
            network,
            data,
            precision,
            start,
            training,
        }
    }
}

/// The directory of a run.
#[derive(Debug, Clone)]
pub(super) struct RunDirectory {
    path: PathBuf,
}

impl RunDirectory {
    const ASKED: &str = "run.json";
    const STATE: &str = "state.safetensors";
    const TRACE: &str = "trace.csv";

    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.into() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn state(&self) -> PathBuf {
        self.path.join(Self::STATE)
    }

    /// Makes the directory, which must not hold a run unless it may be replaced.
    pub(super) fn create(&self, replace: bool, asked: &RunFile) -> Result<(), CliError> {
        let file = self.path.join(Self::ASKED);
        if file.exists() {
            if !replace {
                return Err(CliError::Setting(format!(
                    "{} holds a run; --resume goes on with it, --force replaces it",
                    self.path.display()
                )));
            }
            for (_, old) in self.checkpoints()? {
                std::fs::remove_file(&old).map_err(|error| write_error(&old, error))?;
            }
        }
        std::fs::create_dir_all(&self.path).map_err(|error| write_error(&self.path, error))?;
        self.write_asked(asked)
    }

    pub(super) fn write_asked(&self, asked: &RunFile) -> Result<(), CliError> {
        let file = self.path.join(Self::ASKED);
        let text = serde_json::to_string_pretty(asked).map_err(|error| CliError::WriteFile {
            path: file.clone(),
            error: error.into(),
        })?;
        std::fs::write(&file, text + "\n").map_err(|error| write_error(&file, error))
    }

    /// What the run was asked for.
    pub(super) fn asked(&self) -> Result<RunFile, CliError> {
        let path = self.path.join(Self::ASKED);
        let text = std::fs::read_to_string(&path).map_err(|error| CliError::Read {
            path: path.clone(),
            error,
        })?;
        serde_json::from_str(&text).map_err(|error| CliError::Json {
            path,
            line: error.line(),
            place: crate::cli::exact::place(&text, &error),
            reason: crate::cli::exact::reason(&error),
        })
    }

    /// The file of the checkpoint before a step.
    pub(super) fn checkpoint(&self, step: u64) -> PathBuf {
        self.path.join(format!("step-{step:08}.safetensors"))
    }

    /// The checkpoints there are, in the order of their steps.
    pub(super) fn checkpoints(&self) -> Result<Vec<(u64, PathBuf)>, CliError> {
        let unreadable = |error| CliError::Read {
            path: self.path.clone(),
            error,
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let step = name.and_then(|name| {
                let number = name.strip_prefix("step-")?.strip_suffix(".safetensors")?;
                number.parse().ok()
            });
            found.extend(step.map(|step| (step, path)));
        }
        found.sort();
        Ok(found)
    }

    /// Writes what was recorded, a line a record.
    pub(super) fn write_trace(&self, trace: &[TracePoint]) -> Result<(), CliError> {
        let path = self.path.join(Self::TRACE);
        let written = || -> Result<(), csv::Error> {
            let mut file = csv::Writer::from_path(&path)?;
            for point in trace {
                file.serialize(point)?;
            }
            Ok(file.flush()?)
        };
        written().map_err(|error| write_error(&path, std::io::Error::other(error)))
    }
}

fn write_error(path: &Path, error: std::io::Error) -> CliError {
    CliError::WriteFile {
        path: path.into(),
        error,
    }
}
