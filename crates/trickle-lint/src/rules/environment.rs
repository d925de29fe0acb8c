//! Variables of the environment, of which the sandbox has none.

use std::collections::BTreeSet;

use crate::{lint::Findings, literal::module_of, script::Script, tree::NodeId};

/// `process.env.NAME` that is taken for a value.
pub fn read(script: &Script<'_>, findings: &mut Findings<'_>) {
    let Some(written) = written(script) else {
        return;
    };
    let tree = script.tree();
    let members = tree.of_kind("MemberExpression").iter().copied();
    let members = members.filter(|member| {
        let object = tree.child(*member, "object");
        object.is_some_and(|object| is_environment(script, object)) && is_taken(script, *member)
    });
    let taken_out = tree
        .of_kind("VariableDeclarator")
        .iter()
        .flat_map(|declarator| taken_out(script, *declarator));
    for node in members.chain(taken_out) {
        if let Some(name) = tree.key(node).filter(|name| !written.contains(name)) {
            findings.add(
                node,
                format!("{name} is undefined: a script has no environment, and sees nothing of the server's"),
                format!("Put it into the connection's configuration, and write `configuration.{name}`."),
            );
        }
    }
}

/// `process.env`, by whatever name.
fn is_environment(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let node = script.resolved(node);
    let Some(object) = tree
        .child(node, "object")
        .filter(|_| tree.key(node) == Some("env"))
    else {
        return false;
    };
    let of_global = || {
        let outer = tree.child(object, "object");
        let is_global = |name| outer.is_some_and(|outer| script.is_global(outer, name));
        tree.key(object) == Some("process") && (is_global("global") || is_global("globalThis"))
    };
    let module = module_of(script, object);
    script.is_global(object, "process")
        || of_global()
        || matches!(module, Some(("process" | "node:process", None)))
}

/// The names that the script sets by itself; nothing where another function may set any.
fn written<'a>(script: &Script<'a>) -> Option<BTreeSet<&'a str>> {
    let tree = script.tree();
    let mut written = BTreeSet::new();
    for node in tree.of_kind("MemberExpression") {
        let around = tree.parent(*node)?;
        if is_environment(script, *node) && tree.arguments(around).contains(node) {
            return None;
        }
        let object = tree.child(*node, "object");
        if tree.child(around, "left") == Some(*node)
            && tree.is(around, "AssignmentExpression")
            && object.is_some_and(|object| is_environment(script, object))
        {
            written.extend(tree.key(*node));
        }
    }
    Some(written)
}

/// Whether a value is used, and not only asked for: `process.env.DEBUG || …`, `if (process.env.DEBUG)`.
fn is_taken(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    match tree.kind(around) {
        "LogicalExpression" | "AssignmentExpression" => tree.child(around, "left") != Some(node),
        "IfStatement" | "ConditionalExpression" => tree.child(around, "test") != Some(node),
        "UnaryExpression" => false,
        "BinaryExpression" => !matches!(
            tree.text_of(around, "operator"),
            Some("===" | "!==" | "==" | "!=" | "in")
        ),
        _ => true,
    }
}

/// The properties of `const { NAME } = process.env` that have no value of their own for what is not there.
fn taken_out(script: &Script<'_>, declarator: NodeId) -> Vec<NodeId> {
    let tree = script.tree();
    let value = tree.child(declarator, "init");
    if !value.is_some_and(|value| is_environment(script, value)) {
        return Vec::new();
    }
    let target = tree.child(declarator, "id");
    let properties = target.map_or(&[][..], |target| tree.list(target, "properties"));
    let has_default = |property: &NodeId| {
        let value = tree.child(*property, "value");
        value.is_some_and(|value| tree.is(value, "AssignmentPattern"))
    };
    let plain = properties.iter().filter(|property| !has_default(property));
    plain.copied().collect()
}
