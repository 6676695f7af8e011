//! The command line of `rlct`.

fn main() {}
