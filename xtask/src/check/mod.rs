//! The checks.

mod arrows;
mod links;
mod locks;
mod markdown;
mod text;

use std::path::Path;

use crate::{finding::Finding, metadata, tree};

/// Everything that is wrong with the repository below `root`.
pub fn all(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let files = tree::files(root)?;
    let mut packages = metadata::packages(&root.join("Cargo.toml"))?;
    packages.extend(metadata::packages(&root.join("worker/Cargo.toml"))?);
    let mut findings = arrows::check(&packages);
    findings.extend(locks::check(&files));
    findings.extend(links::check(&files));
    findings.extend(text::check(&files));
    findings.sort();
    Ok(findings)
}
