//! Progress of long work, on stderr; nothing is drawn where stderr is not a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A bar or a spinner that disappears when dropped.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

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
        Self(bar)
    }

    /// What is being done now.
    pub(super) fn message(&self, what: impl Into<String>) {
        self.0.set_message(what.into());
    }

    /// Writes to the terminal without tearing the bar.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    /// So many of so many steps are done.
    pub(super) fn set(&self, done: u64, all: u64) {
        self.0.set_length(all);
        self.0.set_position(done);
    }

    /// One more step is done.
    pub(super) fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
