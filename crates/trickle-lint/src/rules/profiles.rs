//! What is said of the user.

use std::sync::LazyLock;

use regex::Regex;
use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::{calls_any, last_name, whole},
    script::Script,
    tree::NodeId,
};

/// A query that reads all columns, or one for hashes.
static READS_HASH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)^\s*select\s+(?:(?:\w+\.)?\*|[^;]*?(?:password|passwd|pwd|hash|salt)\w*\b[^;]*?\bfrom\b)")
        .expect("the pattern is valid")
});

/// Fields that an object has which is a profile.
const PROFILE: &[&str] = &["user_id", "id", "email", "nickname", "name", "given_name"];

fn gives_profiles(script: &Script<'_>) -> bool {
    matches!(script.action, None | Some(Action::Login | Action::GetUser))
}

/// The object literals that are profiles.
fn profiles(script: &Script<'_>) -> Vec<NodeId> {
    let tree = script.tree();
    tree.all()
        .filter(|node| tree.is(*node, "ObjectExpression"))
        .filter(|node| {
            let keys = tree.list(*node, "properties");
            let named = keys
                .iter()
                .filter_map(|property| tree.key(*property))
                .filter(|key| PROFILE.contains(key))
                .count();
            named >= 2
        })
        .collect()
}

/// `email_verified: true` for everyone.
pub fn email_verified(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !gives_profiles(script) {
        return;
    }
    let tree = script.tree();
    let reason = "every address counts as verified, also one that its owner never confirmed; whoever registered it gets the account of its true owner";
    let fix = "Say what the legacy store knows, and leave the field out where it knows nothing.";
    for profile in profiles(script) {
        for property in tree.list(profile, "properties") {
            let value = tree.child(*property, "value");
            if tree.key(*property) == Some("email_verified")
                && value.is_some_and(|value| tree.source(value) == "true")
            {
                findings.add(*property, reason, fix);
            }
        }
    }
    for node in tree
        .all()
        .filter(|node| tree.is(*node, "AssignmentExpression"))
    {
        let left = tree.child(node, "left");
        let value = tree.child(node, "right");
        let conditional = tree
            .ancestors(node)
            .take_while(|around| !tree.is_function(*around))
            .any(|around| {
                matches!(
                    tree.kind(around),
                    "IfStatement"
                        | "SwitchStatement"
                        | "ConditionalExpression"
                        | "LogicalExpression"
                )
            });
        if left.and_then(|left| tree.key(left)) == Some("email_verified")
            && value.is_some_and(|value| tree.source(value) == "true")
            && !conditional
        {
            findings.add(node, reason, fix);
        }
    }
}

const CHANGING: &[&str] = &[
    "Date.now",
    "Math.random",
    "uuid",
    "uuid.v4",
    "uuid.v1",
    "uuidv4",
    "uuidV4",
    "uuidv1",
    "crypto.randomUUID",
    "randomUUID",
    "crypto.randomBytes",
    "nanoid",
    "Date",
];

/// An id that is made anew.
pub fn unstable_id(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !gives_profiles(script) {
        return;
    }
    let tree = script.tree();
    for profile in profiles(script) {
        for property in tree.list(profile, "properties") {
            let Some(value) = tree.child(*property, "value") else {
                continue;
            };
            if !matches!(tree.key(*property), Some("user_id" | "id")) {
                continue;
            }
            let source = script
                .variable(value)
                .and_then(|variable| script.value(variable))
                .unwrap_or(value);
            if calls_any(tree, source, CHANGING).is_some() {
                findings.add(
                    *property,
                    "the id is another one at each login, so the same person becomes several users, or none that can be found again",
                    "Take the legacy store's own key, as text.",
                );
            }
        }
    }
}

/// `{ ...rows[0] }`, where the hash is among the columns.
pub fn whole_row(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let removes = tree.all().any(|node| {
        tree.is(node, "UnaryExpression") && tree.text_of(node, "operator") == Some("delete")
    });
    let reads = || {
        tree.all()
            .filter_map(|node| whole(tree, node))
            .any(|text| READS_HASH.is_match(text))
    };
    if !gives_profiles(script) || removes || !reads() {
        return;
    }
    for node in tree.all().filter(|node| tree.is(*node, "SpreadElement")) {
        let Some(object) = tree
            .parent(node)
            .filter(|around| tree.is(*around, "ObjectExpression"))
        else {
            continue;
        };
        let properties = tree.list(object, "properties");
        // A field that is set after the row takes its hash away.
        let overwrites = properties
            .iter()
            .filter_map(|property| tree.key(*property))
            .any(|key| key.contains("pass") || key.contains("hash"));
        let is_profile = properties
            .iter()
            .filter_map(|property| tree.key(*property))
            .any(|key| PROFILE.contains(&key));
        let row = tree.child(node, "argument");
        if is_profile && !overwrites && row.is_some_and(|row| is_row(script, row)) {
            findings.add(
                node,
                "the whole row becomes the profile, the password's hash among it, which is stored and shown with the user",
                "Name the fields that the profile is to have.",
            );
        }
    }
}

fn is_row(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let value = script.variable(node).and_then(|it| script.value(it));
    let node = value.unwrap_or(node);
    tree.is(node, "MemberExpression")
        && tree.flag(node, "computed")
        && tree
            .child(node, "object")
            .and_then(|object| last_name(tree, object))
            .is_some_and(|name| matches!(name, "rows" | "recordset" | "result" | "results"))
}
