//! Texts that a script has, as far as they can be told without running it.

use crate::{
    script::Script,
    tree::{NodeId, Tree},
};

/// The fixed parts of a text and the values between them: of a template literal, or of `'a' + b + 'c'`.
/// Nothing for what is no text, or has no value in it.
pub fn composed(tree: &Tree, node: NodeId) -> Option<(String, Vec<NodeId>)> {
    let mut fixed = String::new();
    let mut values = Vec::new();
    match tree.kind(node) {
        "TemplateLiteral" => {
            let tagged = tree
                .parent(node)
                .is_some_and(|around| tree.is(around, "TaggedTemplateExpression"));
            if tagged {
                return None;
            }
            let expressions = tree.list(node, "expressions");
            for (index, part) in tree.list(node, "quasis").iter().enumerate() {
                fixed.push_str(quasi(tree, *part));
                if let Some(value) = expressions.get(index) {
                    fixed.push('\0');
                    values.push(*value);
                }
            }
        }
        "BinaryExpression" if is_sum(tree, node) => {
            add(tree, node, &mut fixed, &mut values);
        }
        _ => return None,
    }
    (!values.is_empty()).then_some((fixed, values))
}

/// `a + b`.
pub fn is_sum(tree: &Tree, node: NodeId) -> bool {
    tree.is(node, "BinaryExpression") && tree.text_of(node, "operator") == Some("+")
}

/// Whether a node is a part of a sum: of `a + b + c` the whole is looked at, once.
pub fn is_summand(tree: &Tree, node: NodeId) -> bool {
    tree.parent(node).is_some_and(|around| is_sum(tree, around))
}

/// As [`composed`], and also what `[…].join(…)`, `'…'.concat(…)`, `util.format('…%s…', …)` and `'…{x}…'.replace('{x}', …)` give.
pub fn put_together(script: &Script<'_>, node: NodeId) -> Option<(String, Vec<NodeId>)> {
    let tree = script.tree();
    if !tree.is(node, "CallExpression") {
        return composed(tree, node);
    }
    let callee = tree.child(node, "callee")?;
    let arguments = tree.arguments(node);
    let mut fixed = String::new();
    let mut values = Vec::new();
    if module_of(script, callee) == Some(("util", Some("format"))) {
        fixed.push_str(&whole(tree, *arguments.first()?)?.replace("%s", "\0"));
        values.extend(&arguments[1..]);
        return (!values.is_empty()).then_some((fixed, values));
    }
    let object = tree.child(callee, "object")?;
    match tree.key(callee)? {
        "join" => {
            let between = arguments.first().map(|it| whole(tree, *it).unwrap_or(" "));
            for (index, part) in listed(script, object).into_iter().enumerate() {
                if index > 0 {
                    fixed.push_str(between.unwrap_or(","));
                }
                add(tree, part, &mut fixed, &mut values);
            }
        }
        "concat" => {
            // Lists have such a method, too.
            let is_text = whole(tree, object).is_some() || composed(tree, object).is_some();
            for part in std::iter::once(&object)
                .chain(arguments)
                .filter(|_| is_text)
            {
                add(tree, *part, &mut fixed, &mut values);
            }
        }
        "replace" | "replaceAll" => {
            let [place, value] = arguments else {
                return None;
            };
            match put_together(script, object) {
                Some((text, inside)) if tree.is(object, "CallExpression") => {
                    fixed = text;
                    values = inside;
                }
                _ => {
                    let variable = script.variable(object);
                    let text = variable.and_then(|variable| script.value(variable));
                    fixed.push_str(whole(tree, text.unwrap_or(object))?);
                }
            }
            if let Some(place) = whole(tree, *place).filter(|place| !place.is_empty()) {
                fixed = fixed.replace(place, "\0");
            }
            values.push(*value);
        }
        _ => {}
    }
    (!values.is_empty()).then_some((fixed, values))
}

/// More parts than a query is put together of.
const MOST_PARTS: usize = 256;

/// What a list has, as far as [`MOST_PARTS`]: that of a literal, or of a variable with one and whatever is pushed onto it.
fn listed(script: &Script<'_>, list: NodeId) -> Vec<NodeId> {
    let tree = script.tree();
    let elements = tree.list(script.resolved(list), "elements").iter();
    let mut parts: Vec<NodeId> = elements.take(MOST_PARTS).copied().collect();
    let variable = script.variable(list).filter(|_| !parts.is_empty());
    for node in variable.into_iter().flat_map(|it| script.uses(it)) {
        let callee = tree.parent(*node).filter(|around| {
            tree.key(*around) == Some("push") && tree.child(*around, "object") == Some(*node)
        });
        let call = callee
            .and_then(|callee| tree.parent(callee))
            .filter(|call| tree.child(*call, "callee") == callee);
        parts.extend(call.into_iter().flat_map(|call| tree.arguments(call)));
        if parts.len() >= MOST_PARTS {
            break;
        }
    }
    parts
}

fn add(tree: &Tree, node: NodeId, fixed: &mut String, values: &mut Vec<NodeId>) {
    if is_sum(tree, node) {
        for side in ["left", "right"] {
            if let Some(side) = tree.child(node, side) {
                add(tree, side, fixed, values);
            }
        }
    } else if let Some(text) = tree.string(node) {
        fixed.push_str(text);
    } else if let Some((inner, inside)) = composed(tree, node) {
        fixed.push_str(&inner);
        values.extend(inside);
    } else if let Some(text) = whole(tree, node) {
        fixed.push_str(text);
    } else {
        fixed.push('\0');
        values.push(node);
    }
}

/// The text of a fixed part of a template literal.
pub fn quasi(tree: &Tree, part: NodeId) -> &str {
    tree.plain(part, "value")
        .and_then(|value| value["cooked"].as_str())
        .unwrap_or("")
}

/// The text of a literal, also of a template without values.
pub fn whole(tree: &Tree, node: NodeId) -> Option<&str> {
    if tree.is(node, "TemplateLiteral") && tree.list(node, "expressions").is_empty() {
        return tree
            .list(node, "quasis")
            .first()
            .map(|part| quasi(tree, *part));
    }
    tree.string(node)
}

/// A text in which each value is a `\0`; literals alone may make it, too.
pub fn fixed(tree: &Tree, node: NodeId) -> Option<String> {
    if let Some(text) = whole(tree, node) {
        return Some(text.to_owned());
    }
    if !is_sum(tree, node) {
        return composed(tree, node).map(|(text, _)| text);
    }
    let mut text = String::new();
    add(tree, node, &mut text, &mut Vec::new());
    Some(text)
}

/// The last word of a name: `hash` of `hash`, `user.hash` and `rows[0].hash`.
pub fn last_name(tree: &Tree, node: NodeId) -> Option<&str> {
    let node = tree.bare(node);
    tree.identifier(node).or_else(|| {
        tree.is(node, "MemberExpression")
            .then(|| tree.key(node))
            .flatten()
    })
}

/// The module that a `require('…')` call names.
pub fn required<'a>(script: &Script<'a>, node: NodeId) -> Option<&'a str> {
    let tree = script.tree();
    let callee = tree.child(node, "callee")?;
    if tree.kind(node) != "CallExpression" || !script.is_global(callee, "require") {
        return None;
    }
    whole(tree, *tree.arguments(node).first()?)
}

/// The module that a value is, or is a part of: `mysql` of `require('mysql')`, of a variable with it, of `mysql.Client`, and of a
/// variable that is taken out of it. The second part is the member's name.
pub fn module_of<'a>(script: &Script<'a>, node: NodeId) -> Option<(&'a str, Option<&'a str>)> {
    module_within(script, node, MOST_NAMES)
}

/// Names of names are followed no further: `var pg = pg.native` names itself.
const MOST_NAMES: usize = 16;

fn module_within<'a>(
    script: &Script<'a>,
    node: NodeId,
    steps: usize,
) -> Option<(&'a str, Option<&'a str>)> {
    let tree = script.tree();
    let steps = steps.checked_sub(1)?;
    if let Some(name) = required(script, node) {
        return Some((name, None));
    }
    if tree.is(node, "MemberExpression") {
        let (module, part) = module_within(script, tree.child(node, "object")?, steps)?;
        return match part {
            None | Some("default") => Some((module, tree.key(node))),
            Some(_) => None,
        };
    }
    let (value, key) = script.declared(script.variable(node)?)?;
    let (module, part) = module_within(script, value, steps)?;
    match key {
        None => Some((module, part)),
        Some(key) => Some((module, Some(key))),
    }
}
