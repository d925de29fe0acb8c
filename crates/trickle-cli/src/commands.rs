//! The command line.

#[cfg(test)]
mod documented;

use clap::{Parser, Subcommand};

use crate::{
    client, connection, demo, doctor, hash, import, init, lint, proving, remote, serve, shell,
    telemetry::LogFormat, tenant, timing, try_script,
};

/// Moves users out of a legacy user store as they log in, without a password reset.
#[derive(Debug, Parser)]
#[command(name = "trickle", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Make and list tenants
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Make and list API clients
    #[command(subcommand)]
    Client(client::Command),
    /// Say what a connection's scripts may reach
    #[command(subcommand)]
    Connection(connection::Command),
    /// Run one action script as production would
    #[command(subcommand)]
    Try(try_script::Command),
    /// Begin with scripts: those of a template, or ones that fit a legacy store
    Init(init::Args),
    /// Test the scripts of a folder: its cases, and what every connection must do
    Test(proving::Args),
    /// Say what is wrong with scripts, without running them
    Lint(lint::Args),
    /// Write a connection's scripts from a server into a folder
    #[command(
        after_help = "Example: TRICKLE_CLIENT_SECRET=… trickle pull --server https://acme.trickle.example --client-id abc --connection legacy\n\nThe client needs read:connections and read:connections_options. A file whose text the server has never had is overwritten with --force alone."
    )]
    Pull(remote::PullArgs),
    /// Put a folder's scripts onto a server
    #[command(
        after_help = "Example: TRICKLE_CLIENT_SECRET=… trickle push --server https://acme.trickle.example --client-id abc --connection legacy\n\nThe client needs read:connections, read:connections_options and update:connections; create:connections with --create."
    )]
    Push(remote::PushArgs),
    /// Show what a push would change
    #[command(
        after_help = "Example: TRICKLE_CLIENT_SECRET=… trickle diff --server https://acme.trickle.example --client-id abc --connection legacy\n\nThe client needs read:connections and read:connections_options."
    )]
    Diff(remote::Args),
    /// Measure whether the time of failed logins tells who is migrated
    VerifyTiming(timing::Args),
    /// Import a file of users into a connection, or say what is wrong with it
    Import(import::Args),
    /// Say what a stored password hash is, compare a password, or make a hash
    #[command(subcommand)]
    Hash(hash::Command),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Write manual pages
    Man(shell::Man),
    /// Look whether this machine and this install are fit to run scripts
    Doctor(doctor::Args),
    /// Show a migration: server, legacy service, two logins
    Demo(demo::Args),
}

impl Cli {
    /// How the log of this command looks, and from which level on it shows.
    pub const fn log(&self) -> (LogFormat, &'static str) {
        match &self.command {
            Command::Serve(args) => (args.log_format, "info"),
            _ => (LogFormat::Text, "warn"),
        }
    }

    /// Whether this serves others than the one who started it.
    pub const fn is_server(&self) -> bool {
        matches!(self.command, Command::Serve(_))
    }

    /// Runs the command and gives its exit status.
    pub async fn run(self) -> anyhow::Result<u8> {
        match self.command {
            Command::Serve(args) => serve::run(args).await,
            Command::Tenant(command) => tenant::run(command).await,
            Command::Client(command) => client::run(command).await,
            Command::Connection(command) => connection::run(command).await,
            Command::Try(command) => try_script::run(command).await,
            Command::Init(args) => init::run(args).await,
            Command::Test(args) => proving::run(args).await,
            Command::Lint(args) => lint::run(&args).await,
            Command::Pull(args) => remote::pull(args).await,
            Command::Push(args) => remote::push(args).await,
            Command::Diff(args) => remote::diff(args).await,
            Command::VerifyTiming(args) => timing::run(args).await,
            Command::Import(args) => import::run(args).await,
            Command::Hash(command) => hash::run(command),
            Command::Completions(args) => Ok(shell::completions(&args)),
            Command::Man(args) => shell::man(&args),
            Command::Doctor(args) => doctor::run(args).await,
            Command::Demo(args) => demo::run(args).await,
        }
    }
}
