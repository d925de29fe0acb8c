//! Calls that newer versions of packages no longer have.

use crate::{
    lint::Findings,
    literal::module_of,
    modules::{major, resolved, split},
    script::Script,
    tree::NodeId,
};

/// The driver's methods that took a callback up to version 4.
const MONGO: &[&str] = &[
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

/// Calls of what the loaded version does not have.
pub fn removed(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let mongo = loaded(script, "mongodb");
    let ldap = loaded(script, "ldapjs");
    for node in tree.all() {
        match tree.kind(node) {
            "CallExpression" => {
                if mongo.is_some_and(|version| version >= 5) {
                    mongo_callback(script, findings, node);
                }
                jwt_minutes(script, findings, node);
            }
            "NewExpression" => tedious_options(script, findings, node),
            "MemberExpression" if ldap.is_some_and(|version| version >= 3) => {
                ldap_object(script, findings, node);
            }
            _ => {}
        }
    }
}

/// The major version that a script gets of a package that it requires.
fn loaded(script: &Script<'_>, name: &str) -> Option<u32> {
    let tree = script.tree();
    tree.all()
        .filter_map(|node| crate::literal::required(script, node))
        .find(|request| split(request).0 == name)
        .and_then(resolved)
        .and_then(major)
}

fn mongo_callback(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let Some(method) = tree.method(node).filter(|method| MONGO.contains(method)) else {
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

/// `jwt.sign(…, { expiresInMinutes })`, an option that went with version 6.
fn jwt_minutes(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let callee = tree.child(node, "callee");
    let module = callee.and_then(|callee| module_of(script, callee));
    if !module
        .is_some_and(|(module, part)| split(module).0 == "jsonwebtoken" && part == Some("sign"))
    {
        return;
    }
    for argument in tree.arguments(node) {
        for property in tree.list(*argument, "properties") {
            if let Some(key @ ("expiresInMinutes" | "expiresInSeconds")) = tree.key(*property) {
                findings.add(
                    *property,
                    format!(
                        "{key} is no longer known to jsonwebtoken, which refuses to sign with it"
                    ),
                    "Write `expiresIn: '10m'`.",
                );
            }
        }
    }
}

/// `new Connection({ userName, password })`, which version 4 replaced by `authentication`.
fn tedious_options(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let callee = tree.child(node, "callee");
    let Some((module, Some("Connection"))) = callee.and_then(|callee| module_of(script, callee))
    else {
        return;
    };
    let recent = resolved(module)
        .and_then(major)
        .is_some_and(|version| version >= 4);
    if split(module).0 != "tedious" || !recent {
        return;
    }
    let Some(options) = tree.arguments(node).first().copied() else {
        return;
    };
    let options = script
        .variable(options)
        .and_then(|variable| script.value(variable))
        .unwrap_or(options);
    for property in tree.list(options, "properties") {
        if tree.key(*property) == Some("userName") {
            findings.add(
                *property,
                "this version of tedious does not read userName and password here, and logs in without them".to_owned(),
                "Write `authentication: { type: 'default', options: { userName, password } }`.",
            );
        }
    }
}

/// `entry.object` of a `searchEntry` event.
fn ldap_object(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    if !matches!(tree.key(node), Some("object" | "raw")) {
        return;
    }
    let entry = tree
        .child(node, "object")
        .and_then(|object| script.variable(object));
    let handler = tree.function_around(node);
    let is_entry = handler.is_some_and(|handler| {
        let first = tree.list(handler, "params").first().copied();
        let call = tree.parent(handler);
        first.and_then(|first| script.variable(first)) == entry
            && entry.is_some()
            && call.is_some_and(|call| {
                tree.arguments(call)
                    .first()
                    .is_some_and(|event| tree.string(*event) == Some("searchEntry"))
            })
    });
    if is_entry {
        findings.add(
            node,
            "entries of ldapjs 3 have no such field; this is undefined".to_owned(),
            "Use `entry.pojo.attributes`, or require ldapjs@2.",
        );
    }
}
