//! How far work has got, told to whoever keeps the time.
//!
//! This crate has no clock and no limits of its own on a single operation. Before each piece of
//! work it calls [`look`] with the number of elementary operations to come; a program that keeps
//! a budget hands in an [`Observer`] once, which may end the work by unwinding the stack (what is
//! computed here is whole whenever it calls). Without one nothing happens.

use std::sync::OnceLock;

/// What a program that keeps a budget wants to be told.
#[derive(Debug, Clone, Copy)]
pub struct Observer {
    /// So many elementary operations follow, each of some nanoseconds.
    pub operations: fn(usize),
    /// An operation with numbers of so many bits follows.
    pub numbers: fn(u64),
}

static OBSERVER: OnceLock<Observer> = OnceLock::new();

/// Hands in the observer of this process, which every thread calls; false if there is one already,
/// which stays.
pub fn observe(observer: Observer) -> bool {
    OBSERVER.set(observer).is_ok()
}

/// Called before so many elementary operations.
#[inline]
pub fn look(operations: usize) {
    if let Some(observer) = OBSERVER.get() {
        (observer.operations)(operations);
    }
}

/// Called before arithmetic with numbers of so many bits.
#[inline]
pub fn look_at_numbers(bits: u64) {
    if let Some(observer) = OBSERVER.get() {
        (observer.numbers)(bits);
    }
}
