//! The outside of the function.

use crate::{lint::Findings, script::Script, tree::Tree};

/// Statements that run beside the function.
pub fn leftover(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for statement in tree.list(Tree::ROOT, "body") {
        let Some(expression) = tree
            .child(*statement, "expression")
            .filter(|_| tree.is(*statement, "ExpressionStatement"))
        else {
            continue;
        };
        if tree.is(tree.bare(expression), "CallExpression") {
            findings.add(
                *statement,
                "this stands outside of the function: it runs when the worker starts, with the connection's configuration",
                "Take it away; try the script with `trickle try` instead.",
            );
        }
    }
}

/// Too few or too many parameters.
pub fn parameters(script: &Script<'_>, findings: &mut Findings<'_>) {
    let Some(action) = script.action else {
        return;
    };
    let tree = script.tree();
    let parameters = script.parameters();
    let open = parameters
        .iter()
        .any(|one| matches!(tree.kind(*one), "RestElement" | "AssignmentPattern"));
    let arity = action.arity() as usize;
    if open || parameters.is_empty() || [arity, arity + 1].contains(&parameters.len()) {
        return;
    }
    let (start, _) = tree.range(parameters[0]);
    let (_, end) = tree.range(parameters[parameters.len() - 1]);
    findings.add_range(
        (start, end),
        format!(
            "{action} is called with {arity} arguments, the callback last; this function has {} parameters",
            parameters.len()
        ),
        "Declare the documented parameters; one more, before the callback, gets the context.".to_owned(),
    );
}
