//! Answers of a service that are taken for a user whatever their status.

use std::collections::BTreeSet;

use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::{last_name, module_of},
    modules::split,
    names::Variable,
    script::Script,
    tree::NodeId,
};

/// What the status of an answer is read by.
const STATUS: &[&str] = &["status", "statusCode", "statusText", "statusMessage", "ok"];

/// Calls that give an answer of any status as a success: the module, and of which of its functions that holds; none is the module itself.
const ANY_STATUS: &[(&str, &[&str])] = &[
    (
        "request",
        &["get", "post", "put", "patch", "del", "delete", "head"],
    ),
    ("node-fetch", &["default"]),
    ("undici", &["fetch", "request"]),
    ("http", &["get", "request"]),
    ("https", &["get", "request"]),
];

/// A user is made of an answer, and nothing looks at how the service answered.
pub fn unread(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !matches!(script.action, Some(Action::Login | Action::GetUser))
        || !gives_user(script)
        || looks_at_answers(script)
    {
        return;
    }
    let tree = script.tree();
    for call in tree.of_kind("CallExpression") {
        let Some(callee) = tree.child(*call, "callee") else {
            continue;
        };
        if takes_any_status(script, *call, callee) {
            findings.add(
                callee,
                "an answer of any status, or of all but the named ones, is taken for a user, also a failure of the service",
                "Test it: 401 is a wrong password, 404 nobody, anything but 200 an error.",
            );
        }
    }
}

/// Whether the callback is called with a profile.
fn gives_user(script: &Script<'_>) -> bool {
    let tree = script.tree();
    let Some(callback) = script.callback() else {
        return false;
    };
    let is_own = |call: &NodeId, variable: Variable| {
        let callee = tree.child(*call, "callee");
        callee.and_then(|callee| script.variable(callee)) == Some(variable)
    };
    let mut calls = tree.of_kind("CallExpression").iter();
    calls.any(|call| {
        let profile = tree.arguments(*call).get(1);
        is_own(call, callback)
            && profile
                .is_some_and(|it| !tree.is(*it, "Literal") && !script.is_global(*it, "undefined"))
    })
}

/// Whether a status is read somewhere, or a test looks into what came: some services say in the body what is wrong.
fn looks_at_answers(script: &Script<'_>) -> bool {
    let tree = script.tree();
    let looking = looking_inside(script);
    tree.all().any(|node| match tree.kind(node) {
        "MemberExpression" => {
            tree.key(node).is_some_and(|key| STATUS.contains(&key)) && !is_one_refusal(script, node)
        }
        "Property" => {
            let is_taken_out = tree
                .parent(node)
                .is_some_and(|around| tree.is(around, "ObjectPattern"));
            is_taken_out && tree.key(node).is_some_and(|key| STATUS.contains(&key))
        }
        "IfStatement" | "ConditionalExpression" | "WhileStatement" => tree
            .child(node, "test")
            .is_some_and(|test| looking.contains(&test)),
        "SwitchStatement" => true,
        // A token that the service signed is there only after a success.
        "CallExpression" => {
            let callee = tree.child(node, "callee");
            let name = callee.and_then(|callee| last_name(tree, callee));
            matches!(name, Some("verify" | "jwtVerify"))
        }
        _ => false,
    })
}

/// `response.statusCode === 401`, which says nothing of all other failures.
fn is_one_refusal(script: &Script<'_>, status: NodeId) -> bool {
    let tree = script.tree();
    let Some(test) = tree
        .parent(status)
        .filter(|around| tree.is(*around, "BinaryExpression"))
    else {
        return false;
    };
    let is_equal = matches!(tree.text_of(test, "operator"), Some("===" | "=="));
    let other = ["left", "right"]
        .iter()
        .filter_map(|side| tree.child(test, side))
        .find(|side| *side != status);
    is_equal
        && other.is_some_and(|other| {
            let text = tree.source(other);
            text == "204"
                || text.len() == 3
                    && text.starts_with('4')
                    && text.bytes().all(|it| it.is_ascii_digit())
        })
}

/// What asks, as a test, more than whether something is there.
fn looking_inside(script: &Script<'_>) -> BTreeSet<NodeId> {
    let tree = script.tree();
    let looks = |node: &NodeId| match tree.kind(*node) {
        "MemberExpression" => {
            let object = tree.child(*node, "object");
            !is_one_refusal(script, *node)
                && !object.is_some_and(|object| {
                    script.is_global(object, "configuration") || script.is_global(object, "global")
                })
        }
        "CallExpression" => true,
        _ => false,
    };
    tree.with_ancestors(tree.all().filter(looks))
}

fn takes_any_status(script: &Script<'_>, call: NodeId, callee: NodeId) -> bool {
    let tree = script.tree();
    if script.is_global(callee, "fetch") {
        return true;
    }
    let promised = promisified(script, callee);
    let asked = promised.unwrap_or(callee);
    // `request` is a global of old scripts.
    let named = || {
        let object = tree.child(asked, "object");
        let is_request = |node| script.is_global(node, "request");
        if is_request(asked) {
            return Some(("request", None));
        }
        object
            .is_some_and(is_request)
            .then(|| ("request", tree.key(asked)))
    };
    let Some((module, function)) = module_of(script, asked).or_else(named) else {
        return false;
    };
    let module = split(module).0.trim_start_matches("node:");
    let Some((_, functions)) = ANY_STATUS.iter().find(|(name, _)| *name == module) else {
        return false;
    };
    let is_asking = match function {
        Some(function) => functions.contains(&function),
        None => matches!(module, "request" | "node-fetch"),
    };
    // Where something else gets the answer, it may look.
    let by_function = || {
        let mut arguments = tree.arguments(call).iter();
        arguments.any(|argument| tree.is_function(*argument))
    };
    let gives_promise = promised.is_some() || matches!(module, "node-fetch" | "undici");
    is_asking && (gives_promise || by_function())
}

/// The function that a call of `util.promisify(request.post)` is of, in a variable or not.
fn promisified(script: &Script<'_>, callee: NodeId) -> Option<NodeId> {
    let tree = script.tree();
    let made = script.resolved(callee);
    let maker = tree.child(made, "callee")?;
    let function = tree.arguments(made).first().copied();
    function.filter(|_| last_name(tree, maker) == Some("promisify"))
}
