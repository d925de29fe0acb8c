//! The driver of MongoDB.

use super::super::connections::bound_to;
use crate::{
    lint::Findings, literal::module_of, modules::split, names::Variable, script::Script,
    tree::NodeId,
};

/// The methods that took a callback up to version 4.
const TOOK_CALLBACKS: &[&str] = &[
    "connect",
    "close",
    "findOne",
    "insertOne",
    "insertMany",
    "updateOne",
    "updateMany",
    "deleteOne",
    "deleteMany",
    "replaceOne",
    "findOneAndUpdate",
    "findOneAndDelete",
    "findOneAndReplace",
    "toArray",
    "countDocuments",
    "estimatedDocumentCount",
    "aggregate",
    "distinct",
    "createIndex",
];

/// The methods of collections that went with version 5, and what came in their place.
const GONE: &[(&str, &str)] = &[
    ("insert", "insertOne"),
    ("update", "updateOne"),
    ("remove", "deleteOne"),
];

/// Calls of what the loaded version of the driver does not have.
pub fn look(script: &Script<'_>, findings: &mut Findings<'_>, call: NodeId, version: u32) {
    if version >= 5 {
        callback(script, findings, call);
        gone(script, findings, call);
    }
    client_for_database(script, findings, call);
}

fn callback(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let Some(method) = tree
        .method(node)
        .filter(|method| TOOK_CALLBACKS.contains(method))
    else {
        return;
    };
    let Some(last) = tree.arguments(node).last().copied() else {
        return;
    };
    let own = tree
        .child(node, "callee")
        .and_then(|callee| tree.child(callee, "object"))
        .and_then(|object| module_of(script, object));
    let elsewhere = own.is_some_and(|(module, _)| split(module).0 != "mongodb");
    let is_callback = script
        .variable(last)
        .is_some_and(|variable| Some(variable) == script.callback());
    if !elsewhere
        && (tree.is_function(last) || is_callback || script.local_function(last).is_some())
    {
        findings.add(
            last,
            format!("{method} of mongodb 5 and later takes no callback, and never calls this one"),
            format!("Write `await` before the call of {method}, or require mongodb@4."),
        );
    }
}

/// `users.insert(…)`, where `users` is a collection.
fn gone(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let method = tree.method(node);
    let Some((method, instead)) = GONE.iter().find(|(name, _)| method == Some(*name)) else {
        return;
    };
    let Some(callee) = tree.child(node, "callee") else {
        return;
    };
    let object = tree.child(callee, "object");
    let made = object.map(|object| tree.bare(script.resolved(object)));
    if made.is_some_and(|made| tree.method(made) == Some("collection")) {
        findings.add(
            callee,
            format!("collections of mongodb 5 and later have no {method}, so this throws"),
            format!("Call {instead}, or require mongodb@4."),
        );
    }
}

/// `MongoClient.connect(url, (err, db) => db.collection(…))`, as it was up to version 2.
fn client_for_database(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    if tree.method(node) != Some("connect") {
        return;
    }
    let own = tree
        .child(node, "callee")
        .and_then(|callee| tree.child(callee, "object"))
        .and_then(|object| module_of(script, object));
    if !matches!(own, Some((module, Some("MongoClient"))) if split(module).0 == "mongodb") {
        return;
    }
    let handler = tree.arguments(node).last().copied();
    let given = handler.and_then(|handler| tree.list(handler, "params").get(1).copied());
    let given: Option<Variable> = match given {
        Some(parameter) => script.variable(parameter),
        None => bound_to(script, node),
    };
    let Some(client) = given else {
        return;
    };
    for node in script.uses(client) {
        let member = tree.parent(*node).filter(|around| {
            tree.key(*around) == Some("collection") && tree.child(*around, "object") == Some(*node)
        });
        if let Some(member) = member {
            findings.add(
                member,
                "since version 3 of mongodb this is the client and not the database, and has no collection()",
                "Write `client.db().collection(…)`; `db('name')` where the address names no database.",
            );
        }
    }
}
