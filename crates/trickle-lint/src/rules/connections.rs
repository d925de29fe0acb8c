//! Connections that stay open.

use crate::{
    lint::Findings,
    literal::{last_name, module_of, required},
    names::Variable,
    script::Script,
    tree::NodeId,
};

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
    ("knex", None, "pool"),
    ("knex", Some("knex"), "pool"),
    ("sequelize", Some("Sequelize"), "pool"),
];

/// Opened, and neither closed nor given away.
pub fn not_closed(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let is_pg = requires(script, "pg") && !requires(script, "mssql");
    for node in tree.all() {
        if let Some(what) = opened(script, node)
            && let Some(variable) = bound_to(script, node)
            && !is_closed_or_given_away(script, variable)
        {
            report(findings, node, what);
        }
        if let Some(what) = connected(script, node, is_pg)
            && let Some(callee) = tree.child(node, "callee")
            && !is_given_back(script, node)
        {
            if what == LENT {
                findings.add(
                    callee,
                    "this takes a connection out of its pool at every run, which no path gives back; soon the pool has none left",
                    "Give it back on every path: `release()`.",
                );
            } else {
                report(findings, callee, what);
            }
        }
    }
}

fn report(findings: &mut Findings<'_>, node: NodeId, what: &str) {
    let fix = if what == "pool" {
        "Keep the pool in `global` so that later logins use it, or close it on every path."
    } else {
        "Close it on every path before the callback is called, or keep it in `global` for later logins."
    };
    findings.add(
        node,
        format!("this {what} is opened at every run and closed on no path; the legacy store runs out of connections"),
        fix,
    );
}

/// A connection that belongs to a pool.
const LENT: &str = "lent connection";

/// What a call gives to whoever waits for it: `MongoClient.connect(url)`, `pool.getConnection()`, `pg.connect(url, …)`; `is_pg` where a
/// pool is one of `pg`.
fn connected(script: &Script<'_>, call: NodeId, is_pg: bool) -> Option<&'static str> {
    let tree = script.tree();
    let object = tree.child(tree.child(call, "callee")?, "object")?;
    match tree.method(call)? {
        "getConnection" => is_pool(script, object).then_some(LENT),
        "connect" => {
            let module = module_of(script, object);
            match module.map(|(module, part)| (crate::modules::split(module).0, part)) {
                Some(("mongodb", Some("MongoClient"))) => Some("client"),
                Some(("pg", None)) => Some(LENT),
                _ => {
                    let is_old = ["pg", "postgres"]
                        .iter()
                        .any(|name| script.is_global(object, name));
                    (is_old || (is_pg && is_pool(script, object))).then_some(LENT)
                }
            }
        }
        _ => None,
    }
}

fn is_pool(script: &Script<'_>, object: NodeId) -> bool {
    let tree = script.tree();
    let made = tree
        .child(script.resolved(object), "callee")
        .and_then(|callee| module_of(script, callee));
    let is_made = matches!(made, Some((_, Some("createPool" | "Pool"))));
    is_made
        || last_name(tree, object).is_some_and(|name| name.to_ascii_lowercase().ends_with("pool"))
}

fn requires(script: &Script<'_>, name: &str) -> bool {
    script
        .tree()
        .of_kind("CallExpression")
        .iter()
        .filter_map(|call| required(script, *call))
        .any(|request| crate::modules::split(request).0 == name)
}

/// Whether what a call gives to its callback, or to `await`, is closed or given away; true where it goes elsewhere.
fn is_given_back(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    let handler = tree.arguments(call).last().copied();
    if let Some(handler) = handler.filter(|it| tree.is_function(*it)) {
        let [_, given, rest @ ..] = tree.list(handler, "params") else {
            return true;
        };
        // `(err, client, done) => …`
        let is_done = rest.first().is_some_and(|done| is_used(script, *done));
        let variable = script.variable(*given);
        return is_done || variable.is_none_or(|it| is_closed_or_given_away(script, it));
    }
    let is_awaited = tree
        .parent(call)
        .is_some_and(|around| tree.is(around, "AwaitExpression"));
    !is_awaited
        || bound_to(script, call).is_none_or(|variable| is_closed_or_given_away(script, variable))
}

fn is_used(script: &Script<'_>, parameter: NodeId) -> bool {
    let uses = script.variable(parameter).map(|it| script.uses(it));
    uses.is_some_and(|uses| uses.iter().any(|node| *node != parameter))
}

fn opened(script: &Script<'_>, node: NodeId) -> Option<&'static str> {
    let tree = script.tree();
    if !matches!(tree.kind(node), "CallExpression" | "NewExpression") {
        return None;
    }
    let callee = tree.child(node, "callee")?;
    for (name, what) in [("mysql", "connection"), ("Knex", "pool")] {
        if script.is_global(callee, name) {
            return Some(what);
        }
    }
    let (module, member) = module_of(script, callee)?;
    let module = crate::modules::split(module).0;
    let found = OPENING
        .iter()
        .find(|(name, part, _)| *name == module && *part == member);
    if member.is_none() && !tree.is(node, "CallExpression") {
        return None;
    }
    found.map(|(_, _, what)| *what)
}

/// The variable that a value is put into, awaited or not.
pub fn bound_to(script: &Script<'_>, value: NodeId) -> Option<Variable> {
    let tree = script.tree();
    let around = tree.parent(value)?;
    match tree.kind(around) {
        "AwaitExpression" => bound_to(script, around),
        "VariableDeclarator" => tree.child(around, "id").and_then(|id| script.variable(id)),
        "AssignmentExpression" => tree
            .child(around, "left")
            .and_then(|left| script.variable(left)),
        _ => None,
    }
}

fn is_closed_or_given_away(script: &Script<'_>, variable: Variable) -> bool {
    let tree = script.tree();
    let mut uses = script.uses(variable).iter().copied();
    uses.any(|node| {
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
            "ArrowFunctionExpression" => tree.child(around, "body") == Some(node),
            "ReturnStatement" | "Property" | "ArrayExpression" | "SpreadElement" => true,
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
