//! Whether anybody is let in without a look at the password.

use std::collections::BTreeSet;

use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::{last_name, module_of},
    names::Variable,
    script::Script,
    tree::NodeId,
};

/// Functions that hold a password against a hash, with the number of arguments with which they give a promise. With one more, a
/// callback, they give nothing.
const COMPARING: &[(&str, &str, usize)] = &[
    ("@node-rs/argon2", "verify", 3),
    ("@node-rs/bcrypt", "compare", 2),
    ("@node-rs/bcrypt", "verify", 2),
    ("argon2", "verify", 3),
    ("bcrypt", "compare", 2),
    ("bcryptjs", "compare", 2),
    ("scrypt-kdf", "verify", 2),
];

/// A promise where a truth value belongs: it is one, whatever comes of it.
pub fn promise_tested(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let unawaited = unawaited(script);
    let mut tested = BTreeSet::new();
    // Those around a node come before it.
    for node in tree.all() {
        if !is_tested(script, node, &tested) {
            continue;
        }
        tested.insert(node);
        let promised = match tree.kind(node) {
            "CallExpression" => gives_promise(script, node),
            "Identifier" => script
                .variable(node)
                .is_some_and(|variable| has_promise(script, variable, &unawaited)),
            _ => false,
        };
        if promised {
            findings.add(
                node,
                "this is a promise, which counts as true whatever comes of it: a wrong password is let in like the right one",
                "Wait for it: `await` before the call, in an `async` function.",
            );
        }
    }
}

/// A `login` that lets people in and has no use for the password, or for what the comparison says.
pub fn password_unchecked(script: &Script<'_>, findings: &mut Findings<'_>) {
    if script.action != Some(Action::Login) || !may_let_in(script) {
        return;
    }
    let tree = script.tree();
    let parameters = script.parameters();
    let password = parameters.get(1).filter(|_| parameters.len() > 2);
    if let Some(parameter) = password
        && let Some(variable) = script.variable(*parameter)
        && !reads_arguments(script)
        && script.uses(variable).iter().all(|node| node == parameter)
    {
        findings.add(
            *parameter,
            "the password is used nowhere, so whoever knows an address is let in",
            "Hold it against the stored hash, or hand it to the legacy service.",
        );
    }
    for node in tree.all() {
        let thrown_away = tree
            .child(node, "expression")
            .filter(|_| tree.is(node, "ExpressionStatement"));
        let Some(call) = thrown_away.map(|it| tree.bare(it)) else {
            continue;
        };
        if compares(script, call) {
            findings.add(
                call,
                "nothing looks at what the comparison says, so any password will do",
                "Test it: `if (!(await …)) return callback(new WrongUsernameOrPasswordError(email));`.",
            );
        }
    }
}

/// Whether the callback is called with a profile, or goes where it may be.
fn may_let_in(script: &Script<'_>) -> bool {
    let tree = script.tree();
    let Some(callback) = script.callback() else {
        return false;
    };
    let declared = script.parameters().last().copied();
    let mut uses = script.uses(callback).iter().copied();
    uses.any(|node| {
        let refuses = tree.parent(node).is_some_and(|around| {
            tree.child(around, "callee") == Some(node) && tree.arguments(around).len() < 2
        });
        Some(node) != declared && !refuses
    })
}

fn reads_arguments(script: &Script<'_>) -> bool {
    script
        .tree()
        .all()
        .any(|node| script.is_global(node, "arguments"))
}

/// Whether a value only serves to tell true from false, as far as those around it that are `tested` do.
fn is_tested(script: &Script<'_>, node: NodeId, tested: &BTreeSet<NodeId>) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    match tree.kind(around) {
        "IfStatement" | "ConditionalExpression" | "WhileStatement" | "DoWhileStatement" => {
            tree.child(around, "test") == Some(node)
        }
        "UnaryExpression" => tree.text_of(around, "operator") == Some("!"),
        "LogicalExpression" => {
            tree.text_of(around, "operator") != Some("??")
                && (tree.child(around, "left") == Some(node) || tested.contains(&around))
        }
        "BinaryExpression" => {
            let operator = tree.text_of(around, "operator");
            matches!(operator, Some("===" | "!==" | "==" | "!="))
                && ["left", "right"].iter().any(|side| {
                    let side = tree.child(around, side);
                    side.is_some_and(|side| matches!(tree.source(side), "true" | "false"))
                })
        }
        "ParenthesizedExpression" | "ChainExpression" => tested.contains(&around),
        _ => false,
    }
}

fn gives_promise(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    if compares(script, call) {
        return true;
    }
    let Some(callee) = tree.child(call, "callee") else {
        return false;
    };
    if let Some(function) = script.local_function(callee) {
        return tree.flag(function, "async") && !tree.flag(function, "generator");
    }
    let value = script.variable(callee).and_then(|it| script.value(it));
    let made = value.and_then(|value| tree.child(value, "callee"));
    made.and_then(|made| last_name(tree, made)) == Some("promisify")
}

/// Whether a call gives the promise of a comparison.
fn compares(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    let Some(callee) = tree
        .child(call, "callee")
        .filter(|_| tree.is(call, "CallExpression"))
    else {
        return false;
    };
    let arguments = tree.arguments(call);
    // `global.bcrypt.compare(…)` and its like are known by their names.
    let by_name = || {
        let object = tree.child(callee, "object")?;
        Some((last_name(tree, object)?, tree.key(callee)))
    };
    let Some((module, Some(function))) = module_of(script, callee).or_else(by_name) else {
        return false;
    };
    let module = match module.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => &module[..=at],
        None => module,
    };
    COMPARING.iter().any(|(package, name, most)| {
        (*package, *name) == (module, function) && arguments.len() <= *most
    })
}

/// Whether a value may be the promise of a comparison: `user && bcrypt.compare(…)`.
fn may_compare(script: &Script<'_>, value: NodeId) -> bool {
    let tree = script.tree();
    let any = |sides: &[&str]| {
        sides.iter().any(|side| {
            let side = tree.child(value, side);
            side.is_some_and(|side| may_compare(script, side))
        })
    };
    match tree.kind(value) {
        "LogicalExpression" => any(&["left", "right"]),
        "ConditionalExpression" => any(&["consequent", "alternate"]),
        "ParenthesizedExpression" => any(&["expression"]),
        _ => compares(script, value),
    }
}

/// Whether a variable has a promise where it is tested: always, or sometimes and nobody waits for it.
fn has_promise(script: &Script<'_>, variable: Variable, unawaited: &BTreeSet<Variable>) -> bool {
    let tree = script.tree();
    let is_one_of_two = |value| {
        ["LogicalExpression", "ConditionalExpression"]
            .iter()
            .any(|kind| tree.is(value, kind))
    };
    if let Some(value) = script.value(variable)
        && !is_one_of_two(value)
    {
        return gives_promise(script, value);
    }
    unawaited.contains(&variable)
}

/// Variables that may have the promise of a comparison for which nobody waits.
fn unawaited(script: &Script<'_>) -> BTreeSet<Variable> {
    let tree = script.tree();
    let compared = tree.all().filter_map(|node| {
        let (target, value) = match tree.kind(node) {
            "VariableDeclarator" => ("id", "init"),
            "AssignmentExpression" => ("left", "right"),
            _ => return None,
        };
        let value = tree.child(node, value)?;
        let variable = script.variable(tree.child(node, target)?)?;
        may_compare(script, value).then_some(variable)
    });
    let mut unawaited: BTreeSet<Variable> = compared.collect();
    unawaited.retain(|variable| {
        script.uses(*variable).iter().all(|node| {
            tree.parent(*node).is_none_or(|around| {
                !tree.is(around, "AwaitExpression") && tree.child(around, "object") != Some(*node)
            })
        })
    });
    unawaited
}
