//! The official deploy CLI.

use std::process::Output;

use super::{Credentials, Server, clients_folder, node::patient_node};

/// Runs `a0deploy` with one of its settings per variable, as its manual says; gives whether it succeeded and all that it told.
pub fn a0deploy(
    args: &[&str],
    settings: &[(&str, &str)],
    server: &Server,
    credentials: &Credentials,
) -> (bool, String) {
    let program = clients_folder().join("node_modules/auth0-deploy-cli/lib/index.js");
    let output: Output = patient_node(server)
        .arg(program)
        .args(args)
        .env("AUTH0_DOMAIN", server.domain())
        .env("AUTH0_CLIENT_ID", &credentials.client_id)
        .env("AUTH0_CLIENT_SECRET", &credentials.client_secret)
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), told)
}
