//! The types for authors of scripts, checked by the TypeScript compiler over `tests/types/samples`.
//!
//! A sample's lines below `@ts-expect-error` have to be refused, all others to be taken.

use tokio::process::Command;

use crate::scripts::repository;

async fn check(project: &str) {
    let folder = repository().join("tests/types");
    let compiler = folder.join("node_modules/typescript/bin/tsc");
    assert!(compiler.exists(), "this test needs `make tests-modules`");
    let output = Command::new("node")
        .arg(compiler)
        .arg("--project")
        .arg(folder.join(project))
        .output()
        .await
        .expect("these tests need Node.js");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

#[tokio::test]
async fn beside_those_of_node() {
    check("tsconfig.json").await;
}

#[tokio::test]
async fn without_those_of_node() {
    check("tsconfig.alone.json").await;
}

/// As editors see a folder that `trickle init` wrote.
#[tokio::test]
async fn templates_have_their_types() {
    check("tsconfig.templates.json").await;
}
