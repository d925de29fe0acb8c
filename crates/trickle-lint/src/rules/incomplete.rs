//! Profiles that lack what every user has.

use std::collections::BTreeSet;

use trickle_model::Action;

use crate::{lint::Findings, names::Variable, script::Script, tree::NodeId};

/// Either is the user's id.
const IDS: &[&str] = &["user_id", "id"];

/// Any of these names the user on some connection.
const IDENTIFIERS: &[&str] = &["email", "username", "phone_number"];

/// A profile that is written out, without an id or an address.
pub fn incomplete(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !matches!(script.action, Some(Action::Login | Action::GetUser)) {
        return;
    }
    let Some(callback) = script.callback() else {
        return;
    };
    let tree = script.tree();
    let calls = script.uses(callback).iter().filter_map(|name| {
        let call = tree.parent(*name)?;
        (tree.child(call, "callee") == Some(*name)).then_some(call)
    });
    let mut ahead = Vec::new();
    for call in calls {
        if let [error, profile, ..] = tree.arguments(call)
            && !tree.is(*error, "SpreadElement")
        {
            ahead.push(*profile);
        }
    }
    let mut given = BTreeSet::new();
    while let Some(node) = ahead.pop() {
        let node = tree.bare(node);
        match tree.kind(node) {
            "ConditionalExpression" => {
                let sides = ["consequent", "alternate"].into_iter();
                ahead.extend(sides.filter_map(|side| tree.child(node, side)));
            }
            // What stands on the left side is no profile where there is a right one.
            "LogicalExpression" => ahead.extend(tree.child(node, "right")),
            "ObjectExpression" => {
                if let Some(keys) = keys(script, node) {
                    look(findings, node, &keys);
                }
            }
            "Identifier" => {
                given.insert(node);
            }
            _ => {}
        }
    }
    let variables: BTreeSet<Variable> = given
        .iter()
        .filter_map(|node| script.variable(*node))
        .collect();
    for variable in variables {
        if let Some((object, keys)) = of_variable(script, variable, &given) {
            look(findings, object, &keys);
        }
    }
}

fn look(findings: &mut Findings<'_>, object: NodeId, keys: &BTreeSet<&str>) {
    let has = |names: &[&str]| names.iter().any(|name| keys.contains(name));
    if !has(IDS) {
        findings.add(
            object,
            "the profile has neither user_id nor id, so that it is refused as a bad answer",
            "Give the legacy store's own key, as text: `user_id: String(row.id)`.",
        );
    } else if !has(IDENTIFIERS) {
        findings.add(
            object,
            "the profile has no email, so that it is refused as a bad answer",
            "Give the user's address; where users have none, their `username` or `phone_number`.",
        );
    }
}

/// The keys of an object; nothing where there may be more than are written out.
fn keys<'a>(script: &Script<'a>, object: NodeId) -> Option<BTreeSet<&'a str>> {
    let tree = script.tree();
    let properties = tree.list(object, "properties").iter();
    properties.map(|property| tree.key(*property)).collect()
}

/// The object that a variable always has, and its keys with those that are set later; nothing where it goes elsewhere than to the callback,
/// to which these nodes are `given`.
fn of_variable<'a>(
    script: &Script<'a>,
    variable: Variable,
    given: &BTreeSet<NodeId>,
) -> Option<(NodeId, BTreeSet<&'a str>)> {
    let tree = script.tree();
    let object = script.value(variable)?;
    if !tree.is(object, "ObjectExpression") {
        return None;
    }
    let mut keys = keys(script, object)?;
    for node in script.uses(variable) {
        let around = tree.parent(*node)?;
        match tree.kind(around) {
            "VariableDeclarator" if tree.child(around, "id") == Some(*node) => {}
            "IfStatement" | "UnaryExpression" => {}
            _ if given.contains(node) => {}
            "MemberExpression" if tree.child(around, "object") == Some(*node) => {
                keys.insert(tree.key(around)?);
            }
            _ => return None,
        }
    }
    Some((object, keys))
}
