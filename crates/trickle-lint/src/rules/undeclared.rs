//! Names without a declaration.

use crate::{lint::Findings, parse::is_keyword_stand_in, script::Script, tree::NodeId};

/// What the sandbox has. A test holds it against the worker's own globals.
const GLOBALS: &str = include_str!("globals.txt");

fn is_known(name: &str) -> bool {
    GLOBALS.split_whitespace().any(|known| known == name)
}

/// Reading what is not there ends the run.
pub fn undefined(script: &Script<'_>, findings: &mut Findings<'_>) {
    let names = script.names();
    let assigned = |name: &str| {
        names
            .free
            .iter()
            .any(|free| free.written && free.name == name)
    };
    for free in names.free.iter().filter(|free| !free.written) {
        if is_known(&free.name)
            || is_keyword_stand_in(&free.name)
            || assigned(&free.name)
            || is_asked_for(script, free.range.0)
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

/// `typeof name` is allowed for names that are not there.
fn is_asked_for(script: &Script<'_>, start: u32) -> bool {
    let tree = script.tree();
    let node = tree
        .all()
        .find(|node| tree.is(*node, "Identifier") && tree.start(*node) == start);
    let around = node.and_then(|node: NodeId| tree.parent(node));
    around.is_some_and(|around| tree.text_of(around, "operator") == Some("typeof"))
}

/// Writing makes a global, which runs at the same time share.
pub fn implicit_global(script: &Script<'_>, findings: &mut Findings<'_>) {
    let mut seen = Vec::new();
    for free in script.names().free.iter().filter(|free| free.written) {
        if is_known(&free.name) || seen.contains(&&free.name) {
            continue;
        }
        seen.push(&free.name);
        findings.add_range(
            free.range,
            format!("{} is declared nowhere, so it becomes a global that all logins share: one person's value can reach another's", free.name),
            "Declare it with `let` or `const`; for a cache write `global.` before it.".to_owned(),
        );
    }
}
