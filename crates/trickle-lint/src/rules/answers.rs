//! Whether and with what the callback is called.

use std::collections::BTreeSet;

use trickle_model::Action;

use crate::{
    flow::{Missing, answers},
    lint::Findings,
    literal::last_name,
    script::Script,
    tree::{NodeId, Tree},
};

/// Paths that end without a call.
pub fn missing_callback(script: &Script<'_>, findings: &mut Findings<'_>) {
    let fix = "Call the callback on this path too, or throw.";
    let tree = script.tree();
    for missing in answers(script).missing {
        match missing {
            Missing::Return(node) => {
                findings.add(
                    node,
                    "this ends the script without calling the callback",
                    fix,
                );
            }
            Missing::Branch(node) => {
                let reason = match tree.kind(node) {
                    "IfStatement" => {
                        "where this test fails, the script ends without calling the callback"
                    }
                    "SwitchStatement" => {
                        "where no case fits, the script ends without calling the callback"
                    }
                    "CatchClause" => {
                        "where this is caught, the script ends without calling the callback"
                    }
                    _ => "on one side of this, the script ends without calling the callback",
                };
                let head = tree.child(node, "test").unwrap_or(node);
                findings.add_range(
                    (tree.start(node), head_end(script, node, head)),
                    reason.to_owned(),
                    fix.to_owned(),
                );
            }
            Missing::End(node) => {
                let (_, end) = tree.range(node);
                let reason = "the function comes to its end without calling the callback";
                findings.add_range(
                    (end.saturating_sub(1), end),
                    reason.to_owned(),
                    fix.to_owned(),
                );
            }
            Missing::Handler(node) => findings.add(
                node,
                "when the promise fails, the script ends without calling the callback",
                "Pass the error on: `.catch(callback)`.",
            ),
        }
    }
}

/// The end of an `if (…)`, or of the first line of anything else.
fn head_end(script: &Script<'_>, node: NodeId, test: NodeId) -> u32 {
    let tree = script.tree();
    if test != node {
        return tree.range(test).1;
    }
    let line = tree.source(node).lines().next().map_or(0, str::len);
    tree.start(node) + u32::try_from(line).unwrap_or(0)
}

/// Paths that go on after a call, to another one.
pub fn callback_twice(script: &Script<'_>, findings: &mut Findings<'_>) {
    for (first, second) in answers(script).twice {
        let line = script.tree().text[..script.tree().start(second) as usize]
            .matches('\n')
            .count()
            + 1;
        findings.add(
            first,
            format!("the function goes on after this call, and calls the callback again in line {line}; only the first call counts"),
            "Write `return` before the call.",
        );
    }
}

/// Callees that fail for a wrong password or token, not only for an outage.
const CHECKING: &[&str] = &[
    "verify",
    "compare",
    "authenticate",
    "authenticateUser",
    "jwtVerify",
    "decode",
    "parse",
    "validate",
];

/// `if (err) return callback(new WrongUsernameOrPasswordError(…))`.
pub fn outage(script: &Script<'_>, findings: &mut Findings<'_>) {
    if !matches!(script.action, None | Some(Action::Login)) {
        return;
    }
    let tree = script.tree();
    let checking = checking(script);
    let looks = looks_at_status(script);
    for node in tree.all() {
        let made = caught_error(script, node, &checking)
            .and_then(|error| wrong_password_in(script, node, error))
            .or_else(|| failing_status(script, node, &looks))
            .or_else(|| unread_error(script, node))
            .or_else(|| blind_failure(script, node));
        let Some(made) = made else {
            continue;
        };
        findings.add(
            made,
            "a failure of the legacy store becomes a wrong password: people are told that they mistyped, and are shut out after some attempts",
            "Pass the error on as it is, `callback(error)`, and keep WrongUsernameOrPasswordError for what the legacy store has decided.",
        );
    }
}

/// The error of `if (error) …` directly in a continuation of a call, of a `catch` clause, or of a function that `.catch` is given.
fn caught_error<'a>(
    script: &Script<'a>,
    node: NodeId,
    checking: &BTreeSet<NodeId>,
) -> Option<&'a str> {
    let tree = script.tree();
    if tree.is(node, "CatchClause") {
        let around = tree.parent(node)?;
        let block = tree.child(around, "block")?;
        return (!checking.contains(&block)).then(|| {
            tree.child(node, "param")
                .and_then(|param| tree.identifier(param))
                .unwrap_or("")
        });
    }
    if tree.is_function(node) {
        let call = tree.parent(node)?;
        let chain = tree.child(tree.child(call, "callee")?, "object")?;
        let is_handler = tree.method(call) == Some("catch") && tree.arguments(call) == [node];
        return (is_handler && !checking.contains(&chain)).then(|| {
            let first = tree.list(node, "params").first();
            first.and_then(|it| tree.identifier(*it)).unwrap_or("")
        });
    }
    let test = tree
        .child(node, "test")
        .filter(|_| tree.is(node, "IfStatement"))?;
    let function = tree.function_around(node)?;
    let first = *tree.list(function, "params").first()?;
    let name = tree.identifier(first)?;
    let asked = alternatives(tree, test).into_iter();
    if !asked
        .filter(|one| tree.identifier(*one).is_some())
        .any(|one| script.variable(one) == script.variable(first))
    {
        return None;
    }
    let call = tree.parent(function)?;
    let asks = tree.is(call, "CallExpression") && tree.arguments(call).contains(&function);
    (asks && !is_checking(script, call)).then_some(name)
}

/// What any of makes a test hold: `a` and `b` of `a || b`.
fn alternatives(tree: &Tree, test: NodeId) -> Vec<NodeId> {
    let (mut found, mut ahead) = (Vec::new(), vec![test]);
    while let Some(test) = ahead.pop() {
        let test = tree.bare(test);
        if tree.is(test, "LogicalExpression") && tree.text_of(test, "operator") == Some("||") {
            // What is taken from the end comes in the order of the text.
            let sides = ["right", "left"].into_iter();
            ahead.extend(sides.filter_map(|side| tree.child(test, side)));
        } else {
            found.push(test);
        }
    }
    found
}

fn is_status(tree: &Tree, node: NodeId) -> bool {
    tree.is(node, "MemberExpression") && matches!(tree.key(node), Some("statusCode" | "status"))
        || matches!(tree.identifier(node), Some("statusCode" | "status"))
}

/// Where a status is looked at, in the order of their nodes.
fn looks_at_status(script: &Script<'_>) -> Vec<NodeId> {
    let tree = script.tree();
    // A property's key and what is taken out of an object are names, not looks.
    let is_look = |node: &NodeId| {
        tree.parent(*node).is_some_and(|around| {
            matches!(
                tree.kind(around),
                "BinaryExpression" | "SwitchStatement" | "CallExpression"
            )
        })
    };
    let statuses = tree.all().filter(|node| is_status(tree, *node));
    statuses.filter(is_look).collect()
}

/// `if (response.statusCode !== 200)`, where nothing else in the function looks at the status.
fn failing_status(script: &Script<'_>, node: NodeId, looks: &[NodeId]) -> Option<NodeId> {
    let tree = script.tree();
    let test = tree
        .child(node, "test")
        .filter(|_| tree.is(node, "IfStatement"))?;
    alternatives(tree, test).into_iter().find(|one| {
        tree.is(*one, "BinaryExpression")
            && matches!(tree.text_of(*one, "operator"), Some("!==" | "!="))
            && tree
                .child(*one, "left")
                .is_some_and(|left| is_status(tree, left))
            && tree
                .child(*one, "right")
                .is_some_and(|right| matches!(tree.source(right), "200" | "201" | "204"))
    })?;
    let made = wrong_password_in(script, node, "")?;
    let function = tree.function_around(node)?;
    let first = looks.partition_point(|look| *look < function);
    let behind = tree.behind(function);
    let inside = looks[first..].iter().take(2);
    (inside.filter(|look| **look < behind).count() == 1).then_some(made)
}

/// `(err, rows) => { if (!rows) … }`, where nothing reads `err`.
fn unread_error(script: &Script<'_>, node: NodeId) -> Option<NodeId> {
    let tree = script.tree();
    let test = tree
        .child(node, "test")
        .filter(|_| tree.is(node, "IfStatement"))?;
    let function = tree.function_around(node)?;
    let call = tree
        .parent(function)
        .filter(|call| tree.arguments(*call).contains(&function))?;
    if is_checking(script, call) {
        return None;
    }
    let [error, answer, ..] = tree.list(function, "params") else {
        return None;
    };
    let named = tree
        .identifier(*error)?
        .trim_start_matches('_')
        .to_ascii_lowercase();
    if !matches!(named.as_str(), "" | "e" | "er" | "err" | "error") {
        return None;
    }
    let (variable, answer) = (script.variable(*error)?, script.variable(*answer)?);
    let is_read = script.uses(variable).iter().any(|it| it != error);
    let finds_nothing = alternatives(tree, test).into_iter().any(|one| {
        tree.is(one, "UnaryExpression")
            && tree.text_of(one, "operator") == Some("!")
            && tree
                .child(one, "argument")
                .is_some_and(|it| script.variable(it) == Some(answer))
    });
    (!is_read && finds_nothing)
        .then(|| wrong_password_in(script, node, ""))
        .flatten()
}

/// `{ onFailure: (err) => callback(new WrongUsernameOrPasswordError(email)) }`, where nothing reads `err`.
fn blind_failure(script: &Script<'_>, node: NodeId) -> Option<NodeId> {
    let tree = script.tree();
    let property = tree
        .parent(node)
        .filter(|around| tree.is_function(node) && tree.key(*around) == Some("onFailure"))?;
    let handlers = tree.parent(property)?;
    tree.parent(handlers)
        .filter(|call| tree.arguments(*call).contains(&handlers))?;
    let error = tree.list(node, "params").first().copied();
    let variable = error.and_then(|error| script.variable(error));
    let mut uses = variable.into_iter().flat_map(|it| script.uses(it));
    let is_read = uses.any(|it| Some(*it) != error && tree.is_within(*it, node));
    (!is_read)
        .then(|| wrong_password_in(script, node, ""))
        .flatten()
}

fn is_checking(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    tree.child(call, "callee")
        .and_then(|callee| last_name(tree, callee))
        .is_some_and(|name| CHECKING.contains(&name))
}

/// What checks something inside, or throws.
fn checking(script: &Script<'_>) -> BTreeSet<NodeId> {
    let tree = script.tree();
    let calls = tree.of_kind("CallExpression").iter();
    let checks = calls.filter(|call| is_checking(script, **call));
    let throws = tree.of_kind("ThrowStatement");
    tree.with_ancestors(checks.chain(throws).copied())
}

/// The error that is made without another test in between.
fn wrong_password_in(script: &Script<'_>, node: NodeId, error: &str) -> Option<NodeId> {
    let tree = script.tree();
    let body = tree
        .child(node, "consequent")
        .or_else(|| tree.child(node, "body"))?;
    let statements = match tree.kind(body) {
        "BlockStatement" => tree.list(body, "body").to_vec(),
        _ => vec![body],
    };
    let tests = statements
        .iter()
        .any(|one| matches!(tree.kind(*one), "IfStatement" | "SwitchStatement"));
    if tests {
        return None;
    }
    statements
        .iter()
        .filter_map(|one| {
            // The body of `() => callback(…)` is no statement.
            let call = tree.is(*one, "CallExpression").then_some(*one);
            call.or_else(|| tree.child(*one, "expression"))
                .or_else(|| tree.child(*one, "argument"))
        })
        .filter(|call| tree.is(*call, "CallExpression"))
        .filter_map(|call| tree.arguments(call).first().copied())
        .find(|argument| {
            tree.is(*argument, "NewExpression")
                && tree
                    .child(*argument, "callee")
                    .is_some_and(|callee| script.is_global(callee, "WrongUsernameOrPasswordError"))
                && (error.is_empty() || !tree.source(*argument).contains(&format!("{error}.")))
        })
}
