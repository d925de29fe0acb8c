//! What is written to the log.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::last_name,
    names::Variable,
    script::Script,
    tree::NodeId,
    values::{Carriers, What, is_password},
};

static USER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:legacy|db|found|current|existing|new|the)?_?(?:user|profile|account|member|customer)s?(?:_?(?:row|info|data|record|profile|object))?|rows?)$")
        .expect("the pattern is valid")
});

/// Arguments of `console.log` and its kin.
fn logged(script: &Script<'_>) -> Vec<NodeId> {
    let tree = script.tree();
    let mut found = Vec::new();
    for node in tree.all().filter(|node| tree.is(*node, "CallExpression")) {
        let object = tree
            .child(node, "callee")
            .and_then(|callee| tree.child(callee, "object"));
        if object.is_some_and(|object| script.is_global(object, "console")) {
            found.extend(tree.arguments(node));
        }
    }
    found
}

/// A password in a log line.
pub fn password(script: &Script<'_>, findings: &mut Findings<'_>) {
    let carriers = Carriers::of(script, What::Password);
    let tree = script.tree();
    for argument in logged(script) {
        // A whole user has the password that it was made with.
        let holder = tree
            .within(argument)
            .into_iter()
            .any(|node| carriers.is_holder(node) && is_whole(script, node, argument));
        let member =
            tree.is(argument, "MemberExpression") && tree.key(argument).is_some_and(is_password);
        let all = tree.within(argument).into_iter().any(|node| {
            script.is_global(node, "arguments")
                && is_whole(script, node, argument)
                && are_of_main(script, node)
        });
        let all = all && {
            let mut inputs = script.inputs().iter();
            inputs.any(|input| carriers.carries(*input) || carriers.is_holder(*input))
        };
        if carriers.carries(argument) || holder || member || all {
            findings.add(
                argument,
                "the password is written to the log, and whoever reads the log can log in",
                "Take it out of the line.",
            );
        }
    }
    for node in tree.all().filter(|node| tree.is(*node, "NewExpression")) {
        let name = tree
            .child(node, "callee")
            .and_then(|callee| last_name(tree, callee));
        let carried = tree.arguments(node).iter().copied();
        let carried = carried.filter(|argument| carriers.carries(*argument));
        if name.is_some_and(|name| name.ends_with("Error")) {
            for argument in carried {
                findings.add(
                    argument,
                    "the password becomes part of an error, whose message is written to the log and may be shown",
                    "Take it out of the message.",
                );
            }
        }
    }
}

/// Whether `arguments` are those that the script is called with. Arrow functions have none of their own.
fn are_of_main(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let own = |around: &NodeId| {
        matches!(
            tree.kind(*around),
            "FunctionDeclaration" | "FunctionExpression"
        )
    };
    tree.ancestors(node).find(own) == Some(script.main)
}

/// A node that is logged as it is: not a member, not a test, not an argument of another function.
fn is_whole(script: &Script<'_>, node: NodeId, argument: NodeId) -> bool {
    let tree = script.tree();
    let mut at = node;
    while at != argument {
        let Some(around) = tree.parent(at) else {
            return false;
        };
        let through = match tree.kind(around) {
            "TemplateLiteral" | "ArrayExpression" | "ObjectExpression" | "SpreadElement" => true,
            "Property" => tree.child(around, "value") == Some(at),
            "BinaryExpression" => tree.text_of(around, "operator") == Some("+"),
            "CallExpression" => {
                matches!(
                    tree.method(around),
                    Some("stringify" | "inspect" | "format")
                ) && tree.arguments(around).contains(&at)
            }
            _ => false,
        };
        if !through {
            return false;
        }
        at = around;
    }
    true
}

/// A user's record in a log line.
pub fn user(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Password);
    let profiles = answered_variables(script);
    for argument in logged(script) {
        let found = tree.within(argument).into_iter().find(|node| {
            is_whole(script, *node, argument)
                && !carriers.is_holder(*node)
                && is_record(script, *node, &profiles)
        });
        if found.is_some() {
            findings.add(
                argument,
                "a whole user is written to the log: name, address and whatever else the legacy store has, the hash perhaps among it",
                "Log what is needed, such as the id.",
            );
        }
    }
}

fn is_record(script: &Script<'_>, node: NodeId, profiles: &BTreeSet<Variable>) -> bool {
    let tree = script.tree();
    match tree.kind(node) {
        "Identifier" => {
            let named = tree
                .identifier(node)
                .is_some_and(|name| USER.is_match(name));
            let Some(variable) = script.variable(node) else {
                return false;
            };
            let typed = script
                .inputs()
                .iter()
                .any(|input| script.variable(*input) == Some(variable));
            profiles.contains(&variable)
                || (named && (!typed || script.action == Some(Action::Create)))
        }
        "MemberExpression" => {
            let object = tree.child(node, "object");
            let first = tree.flag(node, "computed")
                && object.is_some_and(|object| is_record(script, object, profiles));
            first || tree.key(node) == Some("rows")
        }
        _ => false,
    }
}

/// Variables that are given to the callback as the profile.
fn answered_variables(script: &Script<'_>) -> BTreeSet<Variable> {
    let tree = script.tree();
    if !matches!(script.action, None | Some(Action::Login | Action::GetUser)) {
        return BTreeSet::new();
    }
    tree.all()
        .filter(|node| tree.is(*node, "CallExpression"))
        .filter(|node| {
            tree.child(*node, "callee")
                .and_then(|callee| script.variable(callee))
                .is_some_and(|callee| Some(callee) == script.callback())
        })
        .filter_map(|node| script.variable(*tree.arguments(node).get(1)?))
        .collect()
}
