//! What writes to the log: `console`, the streams of `process`, and whatever else the script calls them.

use crate::{
    literal::{last_name, module_of, required},
    script::Script,
    tree::NodeId,
};

/// What an expression is, as far as logging goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Logger {
    /// `console`: each of its methods logs.
    Console,
    /// `process`, which has streams.
    Process,
    /// `process.stdout`, which logs what it is given to write.
    Stream,
    /// A function that logs what it is called with.
    Function,
}

/// Names of names of names are followed no further.
const MOST: usize = 8;

/// All that is written to the log: the arguments of `console.log` and its kin.
pub fn logged(script: &Script<'_>) -> Vec<NodeId> {
    let calls = script.tree().all();
    calls
        .flat_map(|call| written(script, call))
        .copied()
        .collect()
}

/// What of a logged argument is logged as it is: no member, no test, no argument of another function.
pub fn shown(script: &Script<'_>, argument: NodeId) -> Vec<NodeId> {
    let tree = script.tree();
    let (mut found, mut ahead) = (Vec::new(), vec![(argument, false)]);
    while let Some((node, in_text)) = ahead.pop() {
        // An object itself becomes `[object Object]` there.
        if !in_text {
            found.push(node);
        }
        let mut go_on = |nodes: &[NodeId], in_text: bool| {
            ahead.extend(nodes.iter().map(|node| (*node, in_text)));
        };
        match tree.kind(node) {
            "ArrayExpression" => go_on(tree.list(node, "elements"), in_text),
            "ObjectExpression" => go_on(tree.list(node, "properties"), in_text),
            "SpreadElement" => go_on(tree.child(node, "argument").as_slice(), in_text),
            "Property" => go_on(tree.child(node, "value").as_slice(), in_text),
            "TemplateLiteral" => go_on(tree.list(node, "expressions"), true),
            "BinaryExpression" if tree.text_of(node, "operator") == Some("+") => {
                go_on(tree.child(node, "left").as_slice(), true);
                go_on(tree.child(node, "right").as_slice(), true);
            }
            "CallExpression" => {
                let callee = tree.child(node, "callee");
                let name = callee.and_then(|callee| last_name(tree, callee));
                if matches!(name, Some("stringify" | "inspect" | "format")) {
                    go_on(tree.arguments(node), false);
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a call writes what it is given to the log.
pub fn logs(script: &Script<'_>, call: NodeId) -> bool {
    !written(script, call).is_empty()
}

/// What a call writes to the log.
fn written<'a>(script: &Script<'a>, call: NodeId) -> &'a [NodeId] {
    let tree = script.tree();
    let callee = tree
        .child(call, "callee")
        .filter(|_| tree.is(call, "CallExpression"));
    let Some(callee) = callee else {
        return &[];
    };
    let arguments = tree.arguments(call);
    if kind(script, callee, 0) == Some(Logger::Function) {
        return arguments;
    }
    let applied = || {
        let object = tree.child(callee, "object");
        object.is_some_and(|object| kind(script, object, 0) == Some(Logger::Function))
    };
    match tree.key(callee) {
        Some("call") if applied() => arguments.get(1..).unwrap_or(&[]),
        Some("apply") if applied() => match arguments.get(1) {
            Some(list) if tree.is(*list, "ArrayExpression") => tree.list(*list, "elements"),
            _ => arguments.get(1..2).unwrap_or(&[]),
        },
        _ => &[],
    }
}

fn kind(script: &Script<'_>, node: NodeId, depth: usize) -> Option<Logger> {
    if depth > MOST {
        return None;
    }
    let tree = script.tree();
    let node = tree.bare(node);
    let of = |node: NodeId| kind(script, node, depth + 1);
    match tree.kind(node) {
        "Identifier" if script.is_global(node, "console") => Some(Logger::Console),
        "Identifier" if script.is_global(node, "process") => Some(Logger::Process),
        "Identifier" => named(script, node, depth),
        "MemberExpression" => {
            let object = tree.child(node, "object")?;
            let key = tree.key(node);
            if ["global", "globalThis"]
                .iter()
                .any(|name| script.is_global(object, name))
            {
                return by_name(key?);
            }
            match of(object) {
                Some(logger) => member(logger, key),
                None => of(property(script, object, key?)?),
            }
        }
        "CallExpression" => {
            if let Some(name) = required(script, node) {
                return by_name(name.strip_prefix("node:").unwrap_or(name));
            }
            let callee = tree.child(node, "callee")?;
            // `util.debuglog('login')` gives a function, and so does `console.log.bind(console)`.
            let made = matches!(
                module_of(script, callee),
                Some(("util" | "node:util", Some("debuglog" | "debug")))
            );
            let bound = || {
                let object = tree
                    .child(callee, "object")
                    .filter(|_| tree.key(callee) == Some("bind"));
                object.and_then(of) == Some(Logger::Function)
            };
            (made || bound()).then_some(Logger::Function)
        }
        "ConditionalExpression" => ["consequent", "alternate"]
            .iter()
            .find_map(|side| of(tree.child(node, side)?)),
        "LogicalExpression" => ["left", "right"]
            .iter()
            .find_map(|side| of(tree.child(node, side)?)),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<Logger> {
    match name {
        "console" => Some(Logger::Console),
        "process" => Some(Logger::Process),
        _ => None,
    }
}

fn member(logger: Logger, key: Option<&str>) -> Option<Logger> {
    match (logger, key) {
        (Logger::Console, _) | (Logger::Stream, Some("write" | "end")) => Some(Logger::Function),
        (Logger::Process, Some("stdout" | "stderr")) => Some(Logger::Stream),
        _ => None,
    }
}

/// `info` of `const logger = { info: console.log }`.
fn property(script: &Script<'_>, object: NodeId, key: &str) -> Option<NodeId> {
    let tree = script.tree();
    let value = script.value(script.variable(object)?)?;
    let properties = tree.list(value, "properties").iter();
    properties
        .filter(|property| tree.key(**property) == Some(key))
        .find_map(|property| tree.child(*property, "value"))
}

/// What a variable that keeps its value was declared as, or taken out of.
fn named(script: &Script<'_>, node: NodeId, depth: usize) -> Option<Logger> {
    let variable = script.variable(node)?;
    if script.names().is_rewritten(variable) {
        return None;
    }
    let (value, key) = script.declared(variable)?;
    let logger = kind(script, value, depth + 1)?;
    match key {
        None => Some(logger),
        Some(key) => member(logger, Some(key)),
    }
}
