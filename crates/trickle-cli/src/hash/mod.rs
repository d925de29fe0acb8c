//! `trickle hash`: what a stored hash is, whether a password fits it, and hashes for tests.

mod identify;
mod make;
mod verify;

/// Commands about password hashes.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say what hashes may be: those given, else one for each line of standard input
    #[command(
        after_help = "Example: trickle hash identify '$2b$12$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6'\nExample: psql -qtA -c 'select password from users limit 20' legacy | trickle hash identify --json\n\nThe status is 1 when a hash is of no known kind, or can never be verified."
    )]
    Identify(identify::Args),
    /// Say whether a password fits a hash; every kind that the hash may be is tried
    #[command(
        after_help = "Example: trickle hash verify '5f4dcc3b5aa765d61d8327deb882cf99'\n\nThe password is asked for, or is the first line of standard input. The status is 1 when it does not fit."
    )]
    Verify(verify::Args),
    /// Make a hash in the form of another product, for tests of scripts and imports
    #[command(
        after_help = "Example: echo secret | trickle hash make django-pbkdf2\n\nThe password is asked for, or is the first line of standard input."
    )]
    Make(make::Args),
}

/// Runs the command.
pub fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Identify(args) => identify::run(args),
        Command::Verify(args) => verify::run(&args),
        Command::Make(args) => make::run(&args),
    }
}
