//! Connections that stay open.

use crate::{lint::Findings, literal::module_of, names::Variable, script::Script, tree::NodeId};

const CLOSING: &[&str] = &[
    "end",
    "close",
    "destroy",
    "release",
    "quit",
    "disconnect",
    "unbind",
    "done",
    "terminate",
];

/// What opens a connection: the module, the member (`None`: the module itself is called), and what it gives.
const OPENING: &[(&str, Option<&str>, &str)] = &[
    ("mysql", Some("createConnection"), "connection"),
    ("mysql", None, "connection"),
    ("mysql", Some("createPool"), "pool"),
    ("mysql2", Some("createConnection"), "connection"),
    ("mysql2", Some("createPool"), "pool"),
    ("mysql2/promise", Some("createConnection"), "connection"),
    ("mysql2/promise", Some("createPool"), "pool"),
    ("pg", Some("Client"), "connection"),
    ("pg", Some("Pool"), "pool"),
    ("mongodb", Some("MongoClient"), "client"),
    ("ldapjs", Some("createClient"), "client"),
    ("redis", Some("createClient"), "client"),
    ("tedious", Some("Connection"), "connection"),
    ("mssql", Some("ConnectionPool"), "pool"),
];

/// Opened, and neither closed nor given away.
pub fn not_closed(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let Some(what) = opened(script, node) else {
            continue;
        };
        let mut value = node;
        while let Some(around) = tree
            .parent(value)
            .filter(|around| tree.is(*around, "AwaitExpression"))
        {
            value = around;
        }
        let Some(variable) = bound_to(script, value) else {
            continue;
        };
        if !is_closed_or_given_away(script, variable) {
            let fix = if what == "pool" {
                "Keep the pool in `global` so that later logins use it, or close it on every path."
            } else {
                "Close it on every path before the callback is called, or keep it in `global` for later logins."
            };
            findings.add(
                node,
                format!("this {what} is opened at every login and closed on no path; the legacy store runs out of connections"),
                fix,
            );
        }
    }
}

fn opened(script: &Script<'_>, node: NodeId) -> Option<&'static str> {
    let tree = script.tree();
    if !matches!(tree.kind(node), "CallExpression" | "NewExpression") {
        return None;
    }
    let callee = tree.child(node, "callee")?;
    if script.is_global(callee, "mysql") {
        return Some("connection");
    }
    let (module, member) = module_of(script, callee)?;
    let module = crate::modules::split(module).0;
    // `MongoClient.connect(url)` gives an open client too; `new MongoClient(url)` one that is opened later.
    let found = OPENING
        .iter()
        .find(|(name, part, _)| *name == module && *part == member);
    if member.is_none() && !tree.is(node, "CallExpression") {
        return None;
    }
    found.map(|(_, _, what)| *what)
}

/// The variable that a value is put into.
fn bound_to(script: &Script<'_>, value: NodeId) -> Option<Variable> {
    let tree = script.tree();
    let around = tree.parent(value)?;
    match tree.kind(around) {
        "VariableDeclarator" => tree.child(around, "id").and_then(|id| script.variable(id)),
        "AssignmentExpression" => tree
            .child(around, "left")
            .and_then(|left| script.variable(left)),
        _ => None,
    }
}

fn is_closed_or_given_away(script: &Script<'_>, variable: Variable) -> bool {
    let tree = script.tree();
    tree.all()
        .filter(|node| script.variable(*node) == Some(variable))
        .any(|node| {
            let Some(around) = tree.parent(node) else {
                return true;
            };
            match tree.kind(around) {
                "MemberExpression" if tree.child(around, "object") == Some(node) => {
                    let key = tree.key(around).unwrap_or("");
                    CLOSING.contains(&key) || (key == "connect" && is_kept(script, around))
                }
                "VariableDeclarator" => tree.child(around, "init") == Some(node),
                "AssignmentExpression" => tree.child(around, "right") == Some(node),
                "CallExpression" | "NewExpression" => tree.arguments(around).contains(&node),
                "ReturnStatement"
                | "ArrowFunctionExpression"
                | "Property"
                | "ArrayExpression"
                | "SpreadElement" => true,
                _ => false,
            }
        })
}

/// Whether what a method gives is kept: `global.pool = pool.connect().catch(…)`. Of `connect` it is the connection itself.
fn is_kept(script: &Script<'_>, member: NodeId) -> bool {
    let tree = script.tree();
    let mut at = member;
    while let Some(around) = tree.parent(at) {
        match tree.kind(around) {
            "CallExpression" if tree.child(around, "callee") == Some(at) => at = around,
            "MemberExpression" | "AwaitExpression" => at = around,
            "AssignmentExpression" => return tree.child(around, "right") == Some(at),
            "ReturnStatement" | "ArrowFunctionExpression" => return true,
            _ => return false,
        }
    }
    false
}
