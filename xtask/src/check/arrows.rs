//! Which crate may depend on which.

use std::collections::BTreeSet;

use crate::{
    finding::Finding,
    metadata::{Kind, Package},
};

/// A crate and the crates of the repository that it may depend on.
type Row = (&'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    (
        "trickle-api",
        &["trickle-engine", "trickle-model", "trickle-store"],
    ),
    // Measures, and is never installed.
    (
        "trickle-bench",
        &[
            "trickle-api",
            "trickle-engine",
            "trickle-jail",
            "trickle-model",
            "trickle-password",
            "trickle-pool",
            "trickle-store",
            TESTKIT,
        ],
    ),
    (
        // The composition root. Not trickle-protocol: only the pool and the worker speak it.
        // trickle-jail for its egress rules, which a start with a mistyped one must refuse.
        "trickle-cli",
        &[
            "trickle-api",
            "trickle-engine",
            "trickle-jail",
            "trickle-lint",
            "trickle-model",
            "trickle-password",
            "trickle-pool",
            "trickle-store",
        ],
    ),
    (
        "trickle-engine",
        &[
            "trickle-model",
            "trickle-password",
            "trickle-pool",
            "trickle-store",
        ],
    ),
    ("trickle-host", &["trickle-model", "trickle-protocol"]),
    ("trickle-jail", &[]),
    // Reads scripts and runs nothing: it needs only their names.
    ("trickle-lint", &["trickle-model"]),
    ("trickle-model", &[]),
    // Passwords are bytes to it: it needs none of the domain's words.
    ("trickle-password", &[]),
    (
        "trickle-pool",
        &["trickle-jail", "trickle-model", "trickle-protocol"],
    ),
    ("trickle-protocol", &["trickle-model"]),
    (
        "trickle-runtime",
        &["trickle-host", "trickle-model", "trickle-protocol"],
    ),
    ("trickle-store", &["trickle-model"]),
    // It stands outside: its arrows are dev-dependencies, but for what its test programs share.
    ("trickle-tests", &[TESTKIT]),
    (TESTKIT, &[]),
    (
        "trickle-worker",
        &["trickle-jail", "trickle-protocol", "trickle-runtime"],
    ),
    ("xtask", &[]),
];

const TESTKIT: &str = "trickle-testkit";

/// Looks at programs from outside, so its tests may use whatever the programs' workspace has.
const OUTSIDE: &str = "trickle-tests";

/// The build script of the runtime links what the worker links; the jail is named there for the features that it turns on in shared
/// dependencies, so that cargo compiles the engine once.
const BUILD_ONLY: (&str, &str) = ("trickle-runtime", "trickle-jail");

/// The engine's side: nothing outside of it may lead there.
const ENGINE_SIDE: [&str; 3] = ["trickle-host", "trickle-runtime", "trickle-worker"];

/// Arrows that no row allows, and crates without a row.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    let names: BTreeSet<&str> = packages.iter().map(|one| one.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        if allowed(name).is_none() {
            findings.push(Finding::new(
                name,
                "has no row in xtask/src/check/arrows.rs; add one with the crates that it may depend on",
            ));
            continue;
        }
        for (target, kind) in &package.dependencies {
            let target = target.as_str();
            if names.contains(target) && target != name && !is_allowed(name, target, *kind) {
                let how = match kind {
                    Kind::Normal => "depends on",
                    Kind::Build => "builds with",
                    Kind::Dev => "is tested with",
                };
                findings.push(Finding::new(
                    name,
                    format!(
                        "{how} {target}, which its row in xtask/src/check/arrows.rs does not allow"
                    ),
                ));
            }
        }
    }
    findings
}

fn is_allowed(name: &str, target: &str, kind: Kind) -> bool {
    match kind {
        Kind::Normal => allowed(name).is_some_and(|row| row.contains(&target)),
        Kind::Build => {
            (name, target) == BUILD_ONLY || allowed(name).is_some_and(|row| row.contains(&target))
        }
        Kind::Dev => {
            target == TESTKIT
                || reach(name).contains(target)
                || (name == OUTSIDE && !ENGINE_SIDE.contains(&target))
        }
    }
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    let row = TABLE.iter().find(|(own, _)| *own == name);
    row.map(|(_, targets)| *targets)
}

/// Everything that a crate may reach, directly or not.
fn reach(name: &str) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&str> = allowed(name).unwrap_or_default().to_vec();
    while let Some(next) = ahead.pop() {
        if let Some((own, targets)) = TABLE.iter().find(|(own, _)| *own == next)
            && reached.insert(*own)
        {
            ahead.extend(*targets);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;

    fn package(name: &str, dependencies: &[(&str, Kind)]) -> Package {
        Package {
            name: name.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(target, kind)| ((*target).to_owned(), *kind))
                .collect(),
        }
    }

    /// All crates of the table, one of them with these dependencies.
    fn found(name: &str, dependencies: &[(&str, Kind)]) -> Vec<String> {
        let mut packages: Vec<_> = TABLE
            .iter()
            .filter(|(own, _)| *own != name)
            .map(|(own, _)| package(own, &[]))
            .collect();
        packages.push(package(name, dependencies));
        check(&packages).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_against_the_table_is_found() {
        for (name, target) in [
            ("trickle-model", "trickle-store"),
            ("trickle-store", "trickle-password"),
            ("trickle-api", "trickle-pool"),
            ("trickle-cli", "trickle-runtime"),
            ("trickle-worker", "trickle-store"),
            ("trickle-engine", TESTKIT),
            ("xtask", "trickle-model"),
        ] {
            let findings = found(name, &[(target, Kind::Normal)]);
            assert_eq!(findings.len(), 1, "{name} → {target}: {findings:?}");
            assert!(findings[0].starts_with(&format!("{name}: depends on {target},")));
        }
    }

    #[test]
    fn arrows_of_the_table_and_foreign_crates_pass() {
        for (name, targets) in TABLE {
            let own = targets.iter().map(|target| (*target, Kind::Normal));
            let foreign = [("serde", Kind::Normal), ("insta", Kind::Dev)];
            let all: Vec<_> = own.chain(foreign).collect();
            assert_eq!(found(name, &all), [""; 0], "{name}");
        }
    }

    #[test]
    fn tests_reach_what_their_crate_reaches() {
        use Kind::{Build, Dev};
        assert_eq!(found("trickle-api", &[("trickle-password", Dev)]), [""; 0]);
        assert_eq!(found("trickle-store", &[(TESTKIT, Dev)]), [""; 0]);
        assert_eq!(found(OUTSIDE, &[("trickle-pool", Dev)]), [""; 0]);
        assert_eq!(found(OUTSIDE, &[("trickle-runtime", Dev)]).len(), 1);
        assert_eq!(found("trickle-store", &[("trickle-engine", Dev)]).len(), 1);
        assert_eq!(found(BUILD_ONLY.0, &[(BUILD_ONLY.1, Build)]), [""; 0]);
        assert_eq!(found("trickle-host", &[(BUILD_ONLY.1, Build)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let findings = found("trickle-surprise", &[]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("trickle-surprise: has no row"));
    }

    #[test]
    fn cargo_metadata_is_understood() {
        let json = br#"{"packages":[
            {"name":"trickle-model","dependencies":[
                {"name":"trickle-store","kind":null},{"name":"trickle-testkit","kind":"dev"}]},
            {"name":"trickle-store","dependencies":[]},
            {"name":"trickle-testkit","dependencies":[]}]}"#;
        let findings = check(&metadata::parse(json).unwrap());
        let places: Vec<_> = findings.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["trickle-model"]);
    }
}
