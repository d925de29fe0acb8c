//! Published clients, run by Node.js.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{
    report::report,
    server::{Credentials, Server},
};

/// Where the clients' scripts and packages are.
pub fn clients_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// Node.js that trusts the server's CA, and whose connections may take their time.
pub(super) fn patient_node(server: &Server) -> Command {
    let mut node = Command::new("node");
    node.arg("--import")
        .arg(clients_folder().join("patience.mjs"))
        .env("NODE_EXTRA_CA_CERTS", server.ca_file());
    node
}

/// Runs `clients/NAME.mjs` with one version of the SDK; gives the JSON lines that it prints.
///
/// Nothing is done to the client itself.
#[track_caller]
pub fn node(
    name: &str,
    sdk: &str,
    server: &Server,
    credentials: &Credentials,
    parameters: &Value,
) -> Vec<Value> {
    let folder = clients_folder();
    assert!(
        folder.join("node_modules").is_dir(),
        "the clients are missing: run `make tests-modules`"
    );
    let mut client = patient_node(server);
    client
        .arg(folder.join(format!("{name}.mjs")))
        .env("SDK", sdk);
    let name = format!("{name} with {sdk}");
    report(&mut client, &name, server, credentials, parameters)
}
