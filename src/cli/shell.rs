//! `rlct completions` and `rlct man`: what a shell and a reader of manuals need of the commands.

use super::output::Output;
use super::words::ByName;
use super::{Cli, CliError, Exit};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// The shell.
#[derive(Debug, Clone, Args)]
pub(super) struct CompletionsArgs {
    /// The shell that completes
    #[arg(value_name = "SHELL", value_parser = ByName::<Shell>::new())]
    shell: Shell,
}

/// The page.
#[derive(Debug, Clone, Args)]
pub(super) struct ManArgs {
    /// The command that the page is about [default: rlct itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Writes the completions.
pub(super) fn completions(
    args: &CompletionsArgs,
    output: &mut Output<'_>,
) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rlct", &mut script);
    output.bytes(&script)?;
    Ok(Exit::Success)
}

/// Writes a page of the manual in troff.
pub(super) fn man(args: &ManArgs, output: &mut Output<'_>) -> Result<Exit, CliError> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => {
            let found = command.get_subcommands().find(|c| c.get_name() == name);
            let names: Vec<&str> = command
                .get_subcommands()
                .map(clap::Command::get_name)
                .collect();
            found.cloned().ok_or_else(|| {
                let names = names.join(", ");
                CliError::Setting(format!("no command `{name}`; there are: {names}"))
            })?
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(CliError::Write)?;
    output.bytes(&text)?;
    Ok(Exit::Success)
}
