//! Published clients, run by Python.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

use super::{
    report::report,
    server::{Credentials, Server},
};

fn folder() -> PathBuf {
    super::clients_folder().join("python")
}

/// A program of a set of packages that `make tests-modules` has installed.
pub fn python_program(set: &str, name: &str) -> Command {
    let program = folder().join(format!("venv-{set}/bin/{name}"));
    assert!(
        program.is_file(),
        "the Python clients are missing: run `make tests-modules`"
    );
    Command::new(program)
}

/// Runs `clients/python/sdk_VERSION.py` with the SDK of that version; gives the JSON lines that it prints.
///
/// The server's CA is trusted by the variables that `requests` and `httpx` know, nothing else is done to the client.
#[track_caller]
pub fn python(
    version: &str,
    server: &Server,
    credentials: &Credentials,
    parameters: &Value,
) -> Vec<Value> {
    let mut client = python_program(version, "python");
    client
        .arg(folder().join(format!("sdk_{version}.py")))
        .env("REQUESTS_CA_BUNDLE", server.ca_file())
        .env("SSL_CERT_FILE", server.ca_file())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    report(&mut client, version, server, credentials, parameters)
}
