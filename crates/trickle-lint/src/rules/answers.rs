//! Whether and with what the callback is called.

use trickle_model::Action;

use crate::{
    flow::{Missing, answers},
    lint::Findings,
    literal::last_name,
    script::Script,
    tree::NodeId,
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
    for node in tree.all() {
        let Some(error) = caught_error(script, node) else {
            continue;
        };
        let Some(made) = wrong_password_in(script, node, error) else {
            continue;
        };
        findings.add(
            made,
            "a failure of the legacy store becomes a wrong password: people are told that they mistyped, and are shut out after some attempts",
            "Pass the error on as it is, `callback(error)`, and keep WrongUsernameOrPasswordError for what the legacy store has decided.",
        );
    }
}

/// The error of `if (error) …` directly in a continuation of a call, or of a `catch` clause.
fn caught_error<'a>(script: &Script<'a>, node: NodeId) -> Option<&'a str> {
    let tree = script.tree();
    if tree.is(node, "CatchClause") {
        let around = tree.parent(node)?;
        let block = tree.child(around, "block")?;
        return (!checks_something(script, block)).then(|| {
            tree.child(node, "param")
                .and_then(|param| tree.identifier(param))
                .unwrap_or("")
        });
    }
    let test = tree
        .child(node, "test")
        .filter(|_| tree.is(node, "IfStatement"))?;
    let name = tree.identifier(test)?;
    let function = tree.function_around(node)?;
    let first = *tree.list(function, "params").first()?;
    if tree.identifier(first) != Some(name) || script.variable(first) != script.variable(test) {
        return None;
    }
    let call = tree.parent(function)?;
    let asks = tree.is(call, "CallExpression") && tree.arguments(call).contains(&function);
    (asks && !is_checking(script, call)).then_some(name)
}

fn is_checking(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    tree.child(call, "callee")
        .and_then(|callee| last_name(tree, callee))
        .is_some_and(|name| CHECKING.contains(&name))
}

fn checks_something(script: &Script<'_>, block: NodeId) -> bool {
    let tree = script.tree();
    tree.within(block).into_iter().any(|node| {
        (tree.is(node, "CallExpression") && is_checking(script, node))
            || tree.is(node, "ThrowStatement")
    })
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
            tree.child(*one, "expression")
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
