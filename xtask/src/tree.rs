//! The repository's text files.

use std::{fs, path::Path};

use anyhow::Context as _;

/// What holds nothing written for the repository; in a second working copy `.git` is a file.
const FOREIGN: [&str; 3] = [".git", "target", "node_modules"];

/// One text file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path below the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl File {
    /// Whether its name ends so.
    pub fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|own| own == extension)
    }
}

/// All text files below `root`, sorted; what is not UTF-8 is left out.
pub fn files(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn walk(root: &Path, below: &str, found: &mut Vec<File>) -> anyhow::Result<()> {
    let folder = root.join(below);
    let read = || format!("read {}", folder.display());
    for entry in fs::read_dir(&folder).with_context(read)? {
        let entry = entry.with_context(read)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        if FOREIGN.contains(&name.as_str()) || name.starts_with("venv-") {
            continue;
        }
        let kind = entry.file_type().with_context(read)?;
        if kind.is_dir() {
            walk(root, &path, found)?;
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            found.push(File { path, text });
        }
    }
    Ok(())
}
