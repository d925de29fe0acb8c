//! What cargo says of a workspace's own packages.

use std::{path::Path, process::Command};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// For what a dependency is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The crate itself.
    Normal,
    /// Its build script.
    Build,
    /// Its tests, examples and benches.
    Dev,
}

/// A package and the names of what it depends on.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Direct dependencies.
    pub dependencies: Vec<(String, Kind)>,
}

/// The members of the workspace whose manifest is given; nothing is resolved or fetched.
#[expect(clippy::disallowed_methods, reason = "it runs cargo, not a worker")]
pub fn packages(manifest: &Path) -> anyhow::Result<Vec<Package>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .context("run cargo metadata")?;
    ensure!(
        output.status.success(),
        "read {}: {}",
        manifest.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    parse(&output.stdout)
}

/// Reads the output of `cargo metadata --format-version 1`.
pub fn parse(json: &[u8]) -> anyhow::Result<Vec<Package>> {
    let metadata: Value = serde_json::from_slice(json).context("read cargo's metadata")?;
    let packages = metadata["packages"]
        .as_array()
        .context("find the packages in cargo's metadata")?;
    packages.iter().map(package).collect()
}

fn package(value: &Value) -> anyhow::Result<Package> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let dependencies = value["dependencies"].as_array();
    let dependencies = dependencies.context("find the dependencies in cargo's metadata")?;
    Ok(Package {
        name: text(&value["name"]).context("find a name in cargo's metadata")?,
        dependencies: dependencies
            .iter()
            .filter_map(|one| {
                let kind = match one["kind"].as_str() {
                    Some("dev") => Kind::Dev,
                    Some("build") => Kind::Build,
                    _ => Kind::Normal,
                };
                Some((text(&one["name"])?, kind))
            })
            .collect(),
    })
}
