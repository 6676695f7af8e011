//! The state of a run in a file.

use super::run_state::RunState;
use super::state_error::StateError;
use crate::loss::Scalar;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A file for the state of a run, and how often it is written while the run goes on. It is written
/// beside its place and moved there when it is whole: whatever happens, there is the old state or
/// the new one.
///
/// # Examples
///
/// ```
/// use rlct::estimate::{Llc, StateFile};
/// use rlct::loss::LinearNetwork;
/// use rlct::sampler::Control;
///
/// let loss = LinearNetwork::new(&[1, 1], &[0.0])?;
/// let llc = Llc::new(&loss, &[0.0]).draws(500);
/// let folder = std::env::temp_dir().join(format!("rlct-state-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let file = StateFile::new(folder.join("run.state"));
/// let mut state = llc.begin()?;
/// llc.go_on(&mut state, Some(&file), &Control::new())?;
/// file.write(&state)?;
/// // twice as many draws, of which the first half is there
/// let longer = llc.clone().draws(1000);
/// let mut state = file.read()?;
/// let estimate = longer.go_on(&mut state, Some(&file), &Control::new())?;
/// assert_eq!(estimate.chains()[0].losses.len(), 1000);
/// std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFile {
    path: PathBuf,
    interval: Duration,
}

impl StateFile {
    /// How often a state is written, where nothing else is said.
    pub const INTERVAL: Duration = Duration::from_secs(30);

    /// The file at a path, written every 30 seconds; less often where writing would take more
    /// than a twentieth of the time.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            interval: Self::INTERVAL,
        }
    }

    /// Sets how often it is written.
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often it is written.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// The state in it.
    ///
    /// # Errors
    /// [`StateError::Unreadable`], and those of [`RunState::from_text`].
    pub fn read<T: Scalar>(&self) -> Result<RunState<T>, StateError> {
        let bytes = fs::read(&self.path).map_err(|e| StateError::Unreadable(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| StateError::NotAState)?;
        RunState::from_text(&text)
    }

    /// Replaces what is in it.
    ///
    /// # Errors
    /// [`StateError::Unwritable`]; what was in it is then still there.
    pub fn write<T: Scalar>(&self, state: &RunState<T>) -> Result<(), StateError> {
        let text = state.to_text()?;
        let written = self.replace(text.as_bytes());
        written.map_err(|error| StateError::Unwritable(error.to_string()))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let name = self
            .path
            .file_name()
            .ok_or_else(|| io::Error::other("the path has no file name"))?;
        let mut part = name.to_os_string();
        part.push(format!(".{}.part", std::process::id()));
        let part = self.path.with_file_name(part);
        let written = File::create(&part).and_then(|mut file| {
            file.write_all(bytes)?;
            // on the disk before it takes the old one's place
            file.sync_all()
        });
        let moved = written.and_then(|()| fs::rename(&part, &self.path));
        if moved.is_err() {
            drop(fs::remove_file(&part));
        }
        moved
    }
}
