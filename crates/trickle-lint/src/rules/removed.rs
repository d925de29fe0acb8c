//! Calls that newer versions of packages no longer have.

mod mongo;

use super::connections::bound_to;
use crate::{
    lint::Findings,
    literal::module_of,
    modules::{major, resolved, split},
    names::Variable,
    script::Script,
    tree::NodeId,
};

/// Functions of lodash that went with version 4.
const LODASH: &[&str] = &[
    "all",
    "any",
    "collect",
    "contains",
    "detect",
    "findWhere",
    "foldl",
    "indexBy",
    "inject",
    "object",
    "pairs",
    "pluck",
    "select",
    "where",
];

/// Methods of redis that took a callback up to version 3.
const REDIS: &[&str] = &[
    "get", "set", "setex", "del", "exists", "expire", "hget", "hset", "hgetall", "quit",
];

/// Packages that are called as if they were functions, from which version on they are none, and what to call.
const NO_FUNCTIONS: &[(&str, u32, &str)] = &[
    ("ldapjs", 0, "ldapjs.createClient(…)"),
    ("mongodb", 4, "MongoClient.connect(…)"),
    ("mysql", 0, "mysql.createConnection(…)"),
    ("mysql2", 0, "mysql2.createConnection(…)"),
    ("pg", 0, "new pg.Client(…)"),
    ("tedious", 0, "new tedious.Connection(…)"),
];

/// Calls of what the loaded version does not have.
pub fn removed(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let mongo = loaded(script, "mongodb");
    let ldap = loaded(script, "ldapjs");
    for node in tree.all() {
        match tree.kind(node) {
            "CallExpression" => {
                if let Some(version) = mongo {
                    mongo::look(script, findings, node, version);
                }
                no_function(script, findings, node);
                jwt_minutes(script, findings, node);
                lodash(script, findings, node);
                redis_callback(script, findings, node);
            }
            "NewExpression" => {
                tedious(script, findings, node);
                ldap_change(script, findings, node);
            }
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

/// `require('mysql')({ host })`: only the global `mysql` of old scripts is a function.
fn no_function(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let Some(callee) = script.tree().child(node, "callee") else {
        return;
    };
    let variable = script.variable(callee);
    if variable.is_some_and(|variable| script.names().is_rewritten(variable)) {
        return;
    }
    let Some((module, None)) = module_of(script, callee) else {
        return;
    };
    let Some(version) = resolved(module).and_then(major) else {
        return;
    };
    let name = split(module).0;
    let known = NO_FUNCTIONS
        .iter()
        .find(|(package, least, _)| *package == name && version >= *least);
    if let Some((_, _, call)) = known {
        findings.add(
            callee,
            format!("{name} is no function, and the run ends here with a TypeError"),
            format!("Write `{call}`."),
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

/// What a callee is, where it is of a package in some major version at least: its last name.
fn of_recent<'a>(
    script: &Script<'a>,
    callee: NodeId,
    package: &str,
    least: u32,
) -> Option<&'a str> {
    let (module, part) = module_of(script, callee)?;
    let version = resolved(module).and_then(major)?;
    (split(module).0 == package && version >= least).then_some(part?)
}

/// `_.pluck(…)`.
fn lodash(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let Some(callee) = script.tree().child(node, "callee") else {
        return;
    };
    // `lodash/fp` has many of them.
    let is_main = module_of(script, callee).is_some_and(|(module, _)| !module.contains('/'));
    if let Some(name) = of_recent(script, callee, "lodash", 4).filter(|_| is_main)
        && LODASH.contains(&name)
    {
        findings.add(
            callee,
            format!("lodash 4 has no {name}, so this throws"),
            "Use what took its place, or require lodash@2.",
        );
    }
}

/// `client.get(key, (err, value) => …)`.
fn redis_callback(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let Some(method) = tree.method(node).filter(|method| REDIS.contains(method)) else {
        return;
    };
    let object = tree
        .child(node, "callee")
        .and_then(|callee| tree.child(callee, "object"));
    let made = object.and_then(|object| tree.child(script.resolved(object), "callee"));
    let is_client =
        made.and_then(|made| of_recent(script, made, "redis", 4)) == Some("createClient");
    let last = tree.arguments(node).last().copied();
    if let Some(last) = last.filter(|last| is_client && tree.is_function(*last)) {
        findings.add(
            last,
            format!("{method} of redis 4 and later takes no callback, and never calls this one"),
            format!("Write `await` before the call of {method}, or require redis@3."),
        );
    }
}

/// `new Connection(…)` with the options of old, or that nothing connects.
fn tedious(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let Some(callee) = tree.child(node, "callee") else {
        return;
    };
    // Version 4 has `authentication` in place of these two.
    if of_recent(script, callee, "tedious", 4) != Some("Connection") {
        return;
    }
    if let Some(options) = tree.arguments(node).first() {
        for property in tree.list(script.resolved(*options), "properties") {
            if tree.key(*property) == Some("userName") {
                findings.add(
                    *property,
                    "this version of tedious does not read userName and password here, and logs in without them".to_owned(),
                    "Write `authentication: { type: 'default', options: { userName, password } }`.",
                );
            }
        }
    }
    let is_recent = of_recent(script, callee, "tedious", 11).is_some();
    if let Some(connection) = bound_to(script, node).filter(|_| is_recent)
        && !may_connect(script, connection)
    {
        findings.add(
            node,
            "this version of tedious connects when it is told to, and nothing tells it: no event ever comes",
            "Call `connect()` on it once its events are listened for.",
        );
    }
}

/// Whether a connection is connected, or goes where it may be.
fn may_connect(script: &Script<'_>, connection: Variable) -> bool {
    let tree = script.tree();
    let mut uses = script.uses(connection).iter().copied();
    uses.any(|node| {
        let Some(around) = tree.parent(node) else {
            return true;
        };
        match tree.kind(around) {
            "MemberExpression" => tree.key(around) == Some("connect"),
            "VariableDeclarator" => tree.child(around, "init") == Some(node),
            "AssignmentExpression" => tree.child(around, "right") == Some(node),
            _ => true,
        }
    })
}

/// `new Change({ operation, modification: { userPassword: … } })`.
fn ldap_change(script: &Script<'_>, findings: &mut Findings<'_>, node: NodeId) {
    let tree = script.tree();
    let callee = tree.child(node, "callee");
    let is_change =
        callee.and_then(|callee| of_recent(script, callee, "ldapjs", 3)) == Some("Change");
    let Some(options) = tree.arguments(node).first().filter(|_| is_change) else {
        return;
    };
    for property in tree.list(script.resolved(*options), "properties") {
        let value = tree.child(*property, "value");
        let value = value.map(|value| script.resolved(value));
        let is_plain = value.is_some_and(|value| {
            let fields = tree.list(value, "properties").iter();
            tree.is(value, "ObjectExpression")
                && fields
                    .filter_map(|it| tree.key(*it))
                    .all(|key| key != "type")
        });
        if tree.key(*property) == Some("modification") && is_plain {
            findings.add(
                *property,
                "ldapjs 3 takes an attribute here, and throws for names with their values".to_owned(),
                "Write `modification: { type: 'userPassword', values: [password] }`, or require ldapjs@2.",
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
