//! Fisher information: ranks derived by hand, exact against numerical, bounds on the catalogue.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod catalogue;
mod information;
mod ranks;
mod spectra;
