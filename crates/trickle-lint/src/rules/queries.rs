//! Queries that are put together from text.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::{composed, is_sum, is_summand, last_name, put_together},
    loggers::logs,
    script::Script,
    tree::{NodeId, Tree},
    values::{Carriers, What},
};

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?is)^(?:\s|/\*.*?\*/|--[^\n]*\n)*(?:select\b.+?\bfrom\s+[\w."`\[\]\x00]+(?:\s+(?:as\s+)?\w+)?"#,
        r"\s*(?:where|inner|left|right|join|order|limit|group|union|,|;|\(|\)|$)",
        r"|insert\s+into\s+\S+\s*(?:\(|values|set|select)|update\s+\S+\s+set\b|delete\s+from\s+\S+\s+where\b|replace\s+into\s+\S",
        r"|merge\s+into\s+\S|with\s+\w+\s+as\s*\(|exec(?:ute)?\s+\[?\w[\w.\[\]]*\s*(?:@|'|\x00)|call\s+\w+\s*\(",
        r"|select\s+[\w.]+\s*\(\s*'?\x00",
        // What goes on where another text ends.
        r"|(?:\x00?\s*where|and|or)\s+[\w.()\x22`\[\]]+\s*(?:=|<|>|\blike\b|\bin\b))"
    ))
    .expect("the pattern is valid")
});

static FILTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\(\s*[\w.;-]+\s*[~<>]?=[^()]*\x00").expect("the pattern is valid")
});

/// Sentences that begin as SQL does: `select a user from the list`.
static PROSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?is)^\s*select\s+(?:an?|the|your|this|some|any)\s+[a-z]+\s+from\b",
        r"|^\s*select\b.+?\bfrom\s+(?:the|your|this|our|my|an)\s+\w",
    ))
    .expect("the pattern is valid")
});

/// Methods that put the text that they are given into the SQL as it is.
const RAW: &[&str] = &[
    "whereRaw",
    "andWhereRaw",
    "orWhereRaw",
    "havingRaw",
    "joinRaw",
    "orderByRaw",
    "fromRaw",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
];

/// SQL with a typed value in its text.
pub fn sql(script: &Script<'_>, findings: &mut Findings<'_>) {
    mongo(script, findings);
    let tree = script.tree();
    let is_sql = |node: NodeId, fixed: &str| {
        let around = tree.parent(node);
        let raw = around.is_some_and(|call| {
            tree.method(call).is_some_and(|name| RAW.contains(&name))
                && tree.arguments(call).first() == Some(&node)
        });
        raw || (SQL.is_match(fixed) && !PROSE.is_match(fixed) && !is_message(script, node))
    };
    for (node, value) in composed_with_input(script, is_sql, |_| false) {
        let name = script.tree().source(value);
        findings.add(
            node,
            format!(
                "{name} becomes part of the SQL itself, so whoever logs in can change the query"
            ),
            "Put a placeholder into the SQL (`?`, `$1` or `@name`) and give the value beside it.",
        );
    }
}

/// LDAP filters with a typed value in their text.
pub fn ldap(script: &Script<'_>, findings: &mut Findings<'_>) {
    let is_filter = |node, fixed: &str| FILTER.is_match(fixed) && !is_message(script, node);
    for (node, value) in composed_with_input(script, is_filter, |it| is_escaped(script, it)) {
        let name = script.tree().source(value);
        findings.add(
            node,
            format!("{name} becomes part of the LDAP filter itself: `*` finds anybody"),
            "Build the filter from objects, `new EqualityFilter({ attribute, value })`, which escape the value.",
        );
    }
}

/// Whether `*` and brackets are taken out of a value: `email.replace(/[\\*()]/g, …)`.
fn is_escaped(script: &Script<'_>, value: NodeId) -> bool {
    let tree = script.tree();
    let call = tree.bare(script.resolved(value));
    let pattern = tree.arguments(call).first().filter(|_| {
        tree.method(call)
            .is_some_and(|it| it.starts_with("replace"))
    });
    pattern.is_some_and(|pattern| {
        let text = tree.source(*pattern);
        text.starts_with('/') && text.contains('*') && text.contains('(')
    })
}

/// Whether a text is said to people: in an error, or in the log.
fn is_message(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let around = tree.parent(node);
    let callee = around.and_then(|around| tree.child(around, "callee"));
    callee.is_some_and(|callee| {
        last_name(tree, callee).is_some_and(|name| name.ends_with("Error"))
            || around.is_some_and(|around| logs(script, around))
    })
}

/// What was typed as an operator of MongoDB: code in `$where`, or a pattern.
fn mongo(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Typed);
    for (operator, value) in tree.all().filter_map(|node| operand(script, node)) {
        let made = script.resolved(value);
        let pattern = tree
            .child(made, "callee")
            .filter(|callee| script.is_global(*callee, "RegExp"))
            .and_then(|_| tree.arguments(made).first().copied());
        let regex = (operator == Some("$regex")).then_some(value);
        if operator == Some("$where") && carriers.carries(value) {
            findings.add(
                value,
                "what was typed becomes part of the code that the legacy store runs, so whoever logs in can change the query",
                "Ask for the field: `{ email: email }`.",
            );
        } else if let Some(pattern) = pattern.or(regex)
            && as_typed(script, pattern)
        {
            findings.add(
                value,
                "what was typed becomes a pattern: `.*` finds anybody",
                "Ask for the field, `{ email: email }`; where case must not count, give the query a `collation`.",
            );
        }
    }
}

/// The field or operator of a query, and what it is held against: `{ email: … }`, `.where('email', …)`, Mongoose's `.regex(…)`, `.$where(…)`.
fn operand<'a>(script: &Script<'a>, node: NodeId) -> Option<(Option<&'a str>, NodeId)> {
    let tree = script.tree();
    if tree.is(node, "Property") {
        return Some((tree.key(node), tree.child(node, "value")?));
    }
    let method = tree.method(node)?;
    match (method, tree.arguments(node)) {
        ("regex" | "$where" | "equals", [value]) | ("where" | "equals" | "regex", [_, value]) => {
            let operator = if method == "regex" { "$regex" } else { method };
            Some((Some(operator), *value))
        }
        _ => None,
    }
}

/// Whether a pattern has a parameter as it was typed; what went through another function may be escaped.
fn as_typed(script: &Script<'_>, pattern: NodeId) -> bool {
    let tree = script.tree();
    let parts = match composed(tree, pattern) {
        Some((_, values)) => values,
        None => vec![pattern],
    };
    parts.into_iter().any(|part| {
        let text = match tree.method(part) {
            Some("toLowerCase" | "toUpperCase" | "trim") => tree
                .child(part, "callee")
                .and_then(|callee| tree.child(callee, "object")),
            _ => Some(part),
        };
        let Some(variable) = text.and_then(|text| script.variable(text)) else {
            return false;
        };
        let mut inputs = script.inputs().iter();
        !script.names().is_rewritten(variable)
            && inputs.any(|input| script.variable(*input) == Some(variable))
    })
}

/// Whether a call's text goes on by another `.replace(…)`: of a row of them the whole is looked at, once.
fn is_replaced(tree: &Tree, node: NodeId) -> bool {
    let is_replacing = |node| matches!(tree.method(node), Some("replace" | "replaceAll"));
    let callee = tree.parent(node).filter(|around| {
        tree.is(*around, "MemberExpression") && tree.child(*around, "object") == Some(node)
    });
    let call = callee.and_then(|callee| tree.parent(callee));
    is_replacing(node)
        && call.is_some_and(|call| tree.child(call, "callee") == callee && is_replacing(call))
}

/// Texts of a kind with typed values in them; of nested ones the outermost.
fn composed_with_input(
    script: &Script<'_>,
    is_query: impl Fn(NodeId, &str) -> bool,
    is_escaped: impl Fn(NodeId) -> bool,
) -> Vec<(NodeId, NodeId)> {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Typed);
    let mut found: Vec<(NodeId, NodeId)> = Vec::new();
    for node in tree.all() {
        // Nodes come after those around them, so that only the last one found can have this one inside.
        let is_inner = found
            .last()
            .is_some_and(|(outer, _)| tree.is_within(node, *outer));
        if is_inner || (is_sum(tree, node) && is_summand(tree, node)) || is_replaced(tree, node) {
            continue;
        }
        let appended =
            tree.is(node, "AssignmentExpression") && tree.text_of(node, "operator") == Some("+=");
        let text = if appended {
            tree.child(node, "right")
        } else {
            Some(node)
        };
        let Some((fixed, values)) = text.and_then(|text| put_together(script, text)) else {
            continue;
        };
        if !is_query(node, &fixed) {
            continue;
        }
        let mut values = values.into_iter();
        if let Some(value) = values.find(|it| carriers.carries(*it) && !is_escaped(*it)) {
            found.push((node, value));
        }
    }
    found
}
