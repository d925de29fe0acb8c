//! Requests that are made of the OpenAPI documents, sound and unsound, and what comes back held against them.

use crate::harness::{Install, Server, clients_folder, python_program};

/// For each operation, besides the edge cases.
const EXAMPLES: &str = "8";

fn holds(server: &Server, path: &str, more: &[&str]) {
    let url = format!("https://{}{path}", server.domain());
    let settings = clients_folder().join("python/schemathesis.toml");
    let output = python_program("schemathesis", "st")
        .args(["--config-file", settings.to_str().unwrap()])
        .args(["run", &url, "--no-color", "--warnings", "off"])
        .args(["--tls-verify", server.ca_file().to_str().unwrap()])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", EXAMPLES])
        .args(["--seed", "7", "--generation-deterministic", "--no-shrink"])
        .args(["--suppress-health-check", "all"])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ])
        .args(more)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(server.ca_file().parent().unwrap())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
    assert!(told.contains("No issues found"), "{told}");
}

#[tokio::test]
async fn the_management_api_answers_as_its_document_says() {
    let install = Install::new().with(&["--management-rate", "100000"]);
    let server = install.start();
    let manager = server.site().manager().await;
    let header = format!("Authorization: Bearer {}", manager.token);
    // After two rotations the token is signed by nobody.
    let rotate = "/api/v2/keys/signing/rotate";
    holds(
        &server,
        "/api/v2/openapi.json",
        &["--header", &header, "--exclude-path", rotate],
    );
}

#[test]
fn the_authentication_api_answers_as_its_document_says() {
    let install = Install::new();
    let server = install.start();
    holds(&server, "/openapi.json", &[]);
}
