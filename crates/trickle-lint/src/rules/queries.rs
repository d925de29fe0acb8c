//! Queries that are put together from text.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::composed,
    script::Script,
    tree::NodeId,
    values::{Carriers, What},
};

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?is)^\s*(?:select\b.+?\bfrom\s+[\w."`\[\]\x00]+(?:\s+(?:as\s+)?\w+)?"#,
        r"\s*(?:where|inner|left|right|join|order|limit|group|union|,|;|\)|$)",
        r"|insert\s+into\s+\S+\s*(?:\(|values|set|select)|update\s+\S+\s+set\b|delete\s+from\s+\S+\s+where\b|replace\s+into\s+\S",
        r"|merge\s+into\s+\S|with\s+\w+\s+as\s*\(|exec(?:ute)?\s+\[?\w[\w.\[\]]*\s*(?:@|'|\x00)|call\s+\w+\s*\(",
        r"|(?:where|and|or)\s+[\w.]+\s*(?:=|<|>|\blike\b|\bin\b))"
    ))
    .expect("the pattern is valid")
});

static FILTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\(\s*[\w.;-]+\s*[~<>]?=[^()]*\x00").expect("the pattern is valid")
});

/// SQL with a typed value in its text.
pub fn sql(script: &Script<'_>, findings: &mut Findings<'_>) {
    for (node, value) in composed_with_input(script, |fixed| SQL.is_match(fixed)) {
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
    for (node, value) in composed_with_input(script, |fixed| FILTER.is_match(fixed)) {
        let name = script.tree().source(value);
        findings.add(
            node,
            format!("{name} becomes part of the LDAP filter itself: `*` finds anybody"),
            "Build the filter from objects, `new EqualityFilter({ attribute, value })`, which escape the value.",
        );
    }
}

/// Texts of a kind with typed values in them; of nested ones the outermost.
fn composed_with_input(
    script: &Script<'_>,
    is_query: impl Fn(&str) -> bool,
) -> Vec<(NodeId, NodeId)> {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Typed);
    let mut found: Vec<(NodeId, NodeId)> = Vec::new();
    for node in tree.all() {
        if found.iter().any(|(outer, _)| tree.is_within(node, *outer)) {
            continue;
        }
        let appended =
            tree.is(node, "AssignmentExpression") && tree.text_of(node, "operator") == Some("+=");
        let text = if appended {
            tree.child(node, "right")
        } else {
            Some(node)
        };
        let Some((fixed, values)) = text.and_then(|text| composed(tree, text)) else {
            continue;
        };
        if !is_query(&fixed) {
            continue;
        }
        if let Some(value) = values.into_iter().find(|value| carriers.carries(*value)) {
            found.push((node, value));
        }
    }
    found
}
