//! What a shell and `man` are given of the command line.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::{commands::Cli, output};

/// For which shell.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle completions bash > ~/.local/share/bash-completion/completions/trickle"
)]
pub struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

/// Where the pages go.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Example: trickle man ~/.local/share/man/man1")]
pub struct Man {
    /// The folder; it is made where it is missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the completions.
pub fn completions(args: &Completions) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "trickle", &mut script);
    print!("{}", String::from_utf8_lossy(&script));
    output::SUCCESS
}

/// Writes a page for each command.
pub fn man(args: &Man) -> anyhow::Result<u8> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    clap_mangen::generate_to(Cli::command(), folder)
        .with_context(|| format!("write to {}", folder.display()))?;
    Ok(output::SUCCESS)
}
