//! Names without a declaration.

use std::collections::BTreeSet;

use crate::{lint::Findings, parse::is_keyword_stand_in, script::Script};

/// What the sandbox has. A test holds it against the worker's own globals.
const GLOBALS: &str = include_str!("globals.txt");

fn is_known(name: &str) -> bool {
    GLOBALS.split_whitespace().any(|known| known == name)
}

/// Reading what is not there ends the run.
pub fn undefined(script: &Script<'_>, findings: &mut Findings<'_>) {
    let names = script.names();
    let written = names.free.iter().filter(|free| free.written);
    let assigned: BTreeSet<&str> = written.map(|free| free.name.as_str()).collect();
    let asked_for = asked_for(script);
    for free in names.free.iter().filter(|free| !free.written) {
        if is_known(&free.name)
            || is_keyword_stand_in(&free.name)
            || assigned.contains(free.name.as_str())
            || asked_for.contains(&free.range.0)
        {
            continue;
        }
        findings.add_range(
            free.range,
            format!(
                "{} is declared nowhere, and the run ends here with a ReferenceError",
                free.name
            ),
            "Declare it, mend its spelling, or take it from `configuration`.".to_owned(),
        );
    }
}

/// Where names of `typeof name` begin, which is allowed for names that are not there.
fn asked_for(script: &Script<'_>) -> BTreeSet<u32> {
    let tree = script.tree();
    let tests = tree.of_kind("UnaryExpression").iter();
    tests
        .filter(|test| tree.text_of(**test, "operator") == Some("typeof"))
        .filter_map(|test| tree.child(*test, "argument"))
        .filter(|name| tree.is(*name, "Identifier"))
        .map(|name| tree.start(name))
        .collect()
}

/// Writing makes a global, which runs at the same time share.
pub fn implicit_global(script: &Script<'_>, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for free in script.names().free.iter().filter(|free| free.written) {
        if is_known(&free.name) || !seen.insert(&free.name) {
            continue;
        }
        findings.add_range(
            free.range,
            format!("{} is declared nowhere, so it becomes a global that all logins share: one person's value can reach another's", free.name),
            "Declare it with `let` or `const`; for a cache write `global.` before it.".to_owned(),
        );
    }
}
