//! Ctrl-C: the first asks long work to stop, the second ends the process.

use super::Exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The flag that Ctrl-C sets.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Catches Ctrl-C from here on. Where the system does not allow it, Ctrl-C ends the process
    /// as it always does.
    pub(super) fn install() -> Self {
        let interrupt = Self::default();
        let flag = interrupt.flag();
        let installed = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(Exit::Interrupted.code()));
            }
        });
        drop(installed);
        interrupt
    }

    /// The flag, for the library to look at.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
