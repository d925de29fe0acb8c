#![doc = include_str!("../README.md")]

mod advice;
mod client;
mod commands;
mod connection;
mod data_dir;
mod demo;
mod doctor;
mod hash;
mod import;
mod init;
mod inspect;
mod lint;
mod mail;
mod output;
mod programs;
mod progress;
mod project;
mod proving;
mod remote;
mod serve;
mod shell;
mod style;
mod tape;
mod telemetry;
mod tenant;
mod timing;
mod try_script;
mod typed;
mod watching;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    let (format, level) = cli.log();
    telemetry::start(format, level);
    if !cli.is_server() {
        output::end_where_nobody_reads();
    }
    // Reading it once here keeps two providers in the dependency tree from being ambiguous.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("trickle: failed to start the runtime: {error}");
            return ExitCode::from(output::INTERNAL);
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::failure(&error);
            ExitCode::from(output::status(&error))
        }
    }
}
