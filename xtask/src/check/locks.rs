//! What a workspace must never reach, however indirectly: its lock file names everything that it can reach.

use std::collections::BTreeSet;

use crate::{finding::Finding, tree::File};

struct Ban {
    lock: &'static str,
    crates: &'static [&'static str],
    why: &'static str,
}

const BANS: [Ban; 2] = [
    Ban {
        lock: "Cargo.lock",
        crates: &[
            "deno_core",
            "deno_runtime",
            "v8",
            "trickle-host",
            "trickle-runtime",
        ],
        why: "the process that can read password hashes does not link the JS engine",
    },
    Ban {
        lock: "worker/Cargo.lock",
        crates: &[
            "sqlx",
            "sqlx-core",
            "trickle-engine",
            "trickle-password",
            "trickle-store",
        ],
        why: "the process that runs scripts links neither the store nor password hashes",
    },
];

/// Crates in a lock file that its workspace must not reach.
pub fn check(files: &[File]) -> Vec<Finding> {
    BANS.iter().flat_map(|ban| look(ban, files)).collect()
}

fn look(ban: &Ban, files: &[File]) -> Vec<Finding> {
    let Some(lock) = files.iter().find(|file| file.path == ban.lock) else {
        return vec![Finding::new(
            ban.lock,
            "is missing; keep it in the repository",
        )];
    };
    let locked: BTreeSet<&str> = lock
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    let reached = ban.crates.iter().filter(|name| locked.contains(**name));
    reached
        .map(|name| Finding::new(ban.lock, format!("reaches {name}: {}", ban.why)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(supervisor: &str, worker: &str) -> Vec<String> {
        let lock = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
        let files = [("Cargo.lock", supervisor), ("worker/Cargo.lock", worker)];
        let files = files.map(|(path, name)| File {
            path: path.to_owned(),
            text: lock(name),
        });
        check(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_side_must_not_reach_the_other() {
        assert_eq!(found("sqlx", "deno_core"), [""; 0]);
        let findings = found("deno_core", "sqlx");
        assert_eq!(findings.len(), 2);
        assert!(findings[0].starts_with("Cargo.lock: reaches deno_core:"));
        assert!(findings[1].starts_with("worker/Cargo.lock: reaches sqlx:"));
    }

    #[test]
    fn a_missing_lock_file_is_no_proof() {
        assert_eq!(check(&[]).len(), 2);
    }
}
