//! The command line of `rlct`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rlct::cli::main()
}
