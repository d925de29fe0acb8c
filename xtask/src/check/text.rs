//! Rules about files as such.

use std::collections::BTreeSet;

use crate::{finding::Finding, tree::File};

const RUST_LINES_MAX: usize = 600;

/// Roots of paths that mean something on one machine only.
const MACHINE_PATHS: [&str; 2] = [concat!("/", "work/"), concat!("/", "root/")];

/// Paths of one machine, Rust files that are too long, crates without a README.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(machine_paths(file));
        let lines = file.text.lines().count();
        if file.is("rs") && lines > RUST_LINES_MAX {
            findings.push(Finding::new(
                &file.path,
                format!("has {lines} lines and may have {RUST_LINES_MAX}; split it by ideas"),
            ));
        }
    }
    findings.extend(crates_without_readme(files));
    findings
}

fn machine_paths(file: &File) -> impl Iterator<Item = Finding> {
    let lines = file.text.lines().enumerate();
    lines.filter_map(|(at, line)| {
        let named = MACHINE_PATHS.iter().find(|root| is_named(line, root))?;
        let place = format!("{}:{}", file.path, at + 1);
        Some(Finding::new(
            place,
            format!("names {named}, a path of one machine"),
        ))
    })
}

/// Whether an absolute path in `line` begins so; in `a/work/b` it is the middle of a relative one.
fn is_named(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(start, _)| {
        !line[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || "._-}$)/".contains(c))
    })
}

fn crates_without_readme(files: &[File]) -> impl Iterator<Item = Finding> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let manifests = files.iter().filter(|file| {
        file.path.ends_with("/Cargo.toml") && file.text.lines().any(|line| line == "[package]")
    });
    manifests.filter_map(move |manifest| {
        let readme = manifest.path.replace("Cargo.toml", "README.md");
        let missing = !known.contains(readme.as_str());
        missing.then(|| {
            Finding::new(
                readme,
                "is missing; say what the crate is and what it must not know",
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&[file]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_machine_path_is_found_with_its_line() {
        for root in MACHINE_PATHS {
            let findings = found("a.md", &format!("fine\nsee {root}x"));
            assert_eq!(
                findings,
                [format!("a.md:2: names {root}, a path of one machine")]
            );
            assert_eq!(
                found("a.md", &format!("src{root}x https://h{root}x")),
                [""; 0]
            );
        }
    }

    #[test]
    fn a_rust_file_may_be_long_and_not_longer() {
        assert_eq!(found("a.rs", &"x\n".repeat(RUST_LINES_MAX)), [""; 0]);
        assert_eq!(found("a.json", &"x\n".repeat(RUST_LINES_MAX + 1)), [""; 0]);
        assert_eq!(found("a.rs", &"x\n".repeat(RUST_LINES_MAX + 1)).len(), 1);
    }

    #[test]
    fn a_crate_needs_a_readme_and_a_workspace_does_not() {
        assert_eq!(found("worker/Cargo.toml", "[workspace]\n"), [""; 0]);
        let findings = found("crates/x/Cargo.toml", "[package]\nname = \"x\"\n");
        assert!(findings[0].starts_with("crates/x/README.md: is missing"));
    }
}
