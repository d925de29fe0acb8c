//! What is said of the user.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use trickle_model::Action;

use super::logged::answered_variables;
use crate::{
    lint::Findings,
    literal::{last_name, module_of, whole},
    modules::split,
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
        .filter(|node| is_profile(script, *node))
        .collect()
}

fn is_profile(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let keys = tree.list(node, "properties").iter();
    let named = keys
        .filter_map(|property| tree.key(*property))
        .filter(|key| PROFILE.contains(key));
    tree.is(node, "ObjectExpression") && named.count() >= 2
}

/// Names and texts of a look at whether the address was confirmed.
static CONFIRMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:verified|confirmed|activated|validated)").expect("the pattern is valid")
});

/// `email_verified: true` for everyone.
pub fn email_verified(script: &Script<'_>, findings: &mut Findings<'_>) {
    // Where the script asks, it may give the field for those alone who confirmed.
    if !gives_profiles(script) || asks_for_confirmation(script) {
        return;
    }
    let tree = script.tree();
    let reason = "every address counts as verified, also one that its owner never confirmed; whoever registered it gets the account of its true owner";
    let fix = "Say what the legacy store knows, and leave the field out where it knows nothing.";
    for object in tree.of_kind("ObjectExpression") {
        if !is_part_of_profile(script, *object) {
            continue;
        }
        for property in tree.list(*object, "properties") {
            let value = tree.child(*property, "value");
            if tree.key(*property) == Some("email_verified")
                && value.is_some_and(|value| is_true(script, value))
            {
                findings.add(*property, reason, fix);
            }
        }
    }
    for node in tree.of_kind("AssignmentExpression") {
        let left = tree.child(*node, "left");
        let value = tree.child(*node, "right");
        let is_conditional = || {
            let mut around = tree
                .ancestors(*node)
                .take_while(|around| !tree.is_function(*around));
            around.any(|around| {
                matches!(
                    tree.kind(around),
                    "IfStatement"
                        | "SwitchStatement"
                        | "ConditionalExpression"
                        | "LogicalExpression"
                )
            })
        };
        if left.and_then(|left| tree.key(left)) == Some("email_verified")
            && value.is_some_and(|value| is_true(script, value))
            && !is_conditional()
        {
            findings.add(*node, reason, fix);
        }
    }
}

/// An object that has what profiles have, or that another one is put into or beside: `{ ...row, email_verified: true }`.
fn is_part_of_profile(script: &Script<'_>, object: NodeId) -> bool {
    let tree = script.tree();
    if !tree.is(object, "ObjectExpression") {
        return false;
    }
    let properties = tree.list(object, "properties");
    let spreads = properties.iter().any(|it| tree.is(*it, "SpreadElement"));
    let call = tree
        .parent(object)
        .filter(|around| tree.is(*around, "CallExpression"));
    let merges = call.is_some_and(|call| {
        let callee = tree.child(call, "callee");
        let name = callee.and_then(|callee| last_name(tree, callee));
        matches!(name, Some("assign" | "extend" | "merge" | "defaults"))
    });
    spreads || merges || is_profile(script, object)
}

/// `true`, a variable with it, and `verified || true`.
fn is_true(script: &Script<'_>, value: NodeId) -> bool {
    let tree = script.tree();
    let value = script.resolved(value);
    let right = tree
        .child(value, "right")
        .filter(|_| tree.text_of(value, "operator") == Some("||"));
    matches!(tree.source(right.unwrap_or(value)), "true" | "!0" | "1")
}

fn asks_for_confirmation(script: &Script<'_>) -> bool {
    let tree = script.tree();
    tree.all().any(|node| {
        let named = tree.identifier(node).or_else(|| whole(tree, node));
        let asks = named
            .or_else(|| tree.plain(node, "value")?["cooked"].as_str())
            .is_some_and(|text| CONFIRMED.is_match(text));
        asks && !is_field_that_is_set(script, node)
    })
}

/// What sets the field, and asks nothing: `{ email_verified: … }` of a profile, `profile.email_verified = …`, a variable with `true`.
fn is_field_that_is_set(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    let outer = tree.parent(around);
    let is_set = match tree.kind(around) {
        "Property" => {
            tree.child(around, "key") == Some(node)
                && outer.is_some_and(|object| is_part_of_profile(script, object))
        }
        "MemberExpression" => outer.is_some_and(|outer| tree.child(outer, "left") == Some(around)),
        _ => false,
    };
    is_set || is_true(script, node)
}

/// These give something else each time, whatever they are called with.
const CHANGING: &[&str] = &[
    "Date.now",
    "Math.random",
    "performance.now",
    "process.hrtime",
    "process.hrtime.bigint",
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
];

/// These do where they are given nothing.
const CHANGING_ALONE: &[&str] = &["Date", "ObjectID", "ObjectId", "moment"];

/// An id that is made anew.
pub fn unstable_id(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !gives_profiles(script) {
        return;
    }
    let tree = script.tree();
    let mut ids: Vec<(NodeId, NodeId)> = Vec::new();
    for profile in profiles(script) {
        for property in tree.list(profile, "properties") {
            if let Some(value) = tree.child(*property, "value")
                && matches!(tree.key(*property), Some("user_id" | "id"))
            {
                ids.push((*property, value));
            }
        }
    }
    let answered = answered_variables(script);
    for node in tree.of_kind("AssignmentExpression") {
        let (Some(left), Some(value)) = (tree.child(*node, "left"), tree.child(*node, "right"))
        else {
            continue;
        };
        let object = tree.child(left, "object");
        let is_profile = || {
            let variable = object.and_then(|object| script.variable(object));
            variable.is_some_and(|variable| answered.contains(&variable))
        };
        if matches!(tree.key(left), Some("user_id" | "id")) && is_profile() {
            ids.push((*node, value));
        }
    }
    let changing = changing(script);
    for (place, value) in ids {
        if changing.contains(&script.resolved(value)) {
            findings.add(
                place,
                "the id is another one at each login, so the same person becomes several users, or none that can be found again",
                "Take the legacy store's own key, as text.",
            );
        }
    }
}

/// What is another value each time, or has a part that is.
fn changing(script: &Script<'_>) -> BTreeSet<NodeId> {
    let tree = script.tree();
    let changes = |node: &NodeId| {
        let node = *node;
        let Some(callee) = tree.child(node, "callee") else {
            return false;
        };
        let alone = tree.arguments(node).is_empty()
            && last_name(tree, callee).is_some_and(|name| CHANGING_ALONE.contains(&name));
        let named = || CHANGING.contains(&tree.source(callee));
        alone || of_module(script, callee).unwrap_or_else(named)
    };
    tree.with_ancestors(tree.all().filter(changes))
}

/// Whether a function of a module gives something else each time, whatever the script calls it; nothing where it is of none.
fn of_module(script: &Script<'_>, callee: NodeId) -> Option<bool> {
    let (module, part) = module_of(script, callee)?;
    let name = split(module.strip_prefix("node:").unwrap_or(module)).0;
    Some(match (name, part) {
        // Versions 3 and 5 are made of a name.
        ("uuid", None) => !module.ends_with("/v3") && !module.ends_with("/v5"),
        ("uuid", Some(part)) => matches!(part, "v1" | "v4" | "v6" | "v7"),
        ("crypto", Some(part)) => matches!(part, "randomUUID" | "randomBytes" | "randomInt"),
        ("nanoid" | "perf_hooks", _) => true,
        _ => false,
    })
}

const WHOLE_ROW: &str = "the whole row becomes the profile, the password's hash among it, which is stored and shown with the user";
const NAMED_FIELDS: &str = "Name the fields that the profile is to have.";

/// `callback(null, rows[0])`, where nothing is put into the row's hash before.
fn answered_rows(script: &Script<'_>) -> Vec<NodeId> {
    let tree = script.tree();
    let mut assigned = tree.of_kind("AssignmentExpression").iter();
    let clears = assigned.any(|node| {
        let key = tree.child(*node, "left").and_then(|left| tree.key(left));
        key.is_some_and(|key| key.contains("pass") || key.contains("hash"))
    });
    let is_callback = |call: NodeId| {
        let callee = tree.child(call, "callee");
        let variable = callee.and_then(|callee| script.variable(callee));
        variable.is_some() && variable == script.callback()
    };
    let calls = tree.of_kind("CallExpression").iter().filter(|_| !clears);
    calls
        .filter(|call| is_callback(**call))
        .filter_map(|call| tree.arguments(*call).get(1).copied())
        .filter(|profile| is_row(script, *profile))
        .collect()
}

/// `{ ...rows[0] }` and `rows[0]` as they are, where the hash is among the columns.
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
    for row in answered_rows(script) {
        findings.add(row, WHOLE_ROW, NAMED_FIELDS);
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
            findings.add(node, WHOLE_ROW, NAMED_FIELDS);
        }
    }
}

fn is_row(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let node = script.resolved(node);
    tree.is(node, "MemberExpression")
        && tree.flag(node, "computed")
        && tree
            .child(node, "object")
            .and_then(|object| last_name(tree, object))
            .is_some_and(|name| matches!(name, "rows" | "recordset" | "result" | "results"))
}
