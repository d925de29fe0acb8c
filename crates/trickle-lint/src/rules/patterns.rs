//! Users that are looked up by a pattern, which fits more than one.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::{fixed, is_summand, quasi},
    script::Script,
    tree::NodeId,
    values::{Carriers, What},
};

/// `email LIKE ?`, `lower(u.email) ILIKE lower($1)`; with `ESCAPE` somebody thought of it.
static LIKE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?is)\b\w*(?:mail|user_?name|nick_?name|login|phone|identifier|account)\w*["`\])\s]*\s(?:not\s+)?i?like\s+"#,
        r"(?:binary\s+)?(?:\w+\s*\(\s*)*(?:'%'\s*(?:\|\||\+|,)\s*)?(?:\?|\$\d|@\w|:\w)",
    ))
    .expect("the pattern is valid")
});

static ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\bescape\s+\S").expect("the pattern is valid"));

/// Methods of query builders that take a pattern as their second argument.
const LIKING: &[&str] = &[
    "whereLike",
    "whereILike",
    "andWhereLike",
    "andWhereILike",
    "orWhereLike",
    "orWhereILike",
];

/// `LIKE` with what was typed.
pub fn like(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    if takes_wildcards_out(script) {
        return;
    }
    let carriers = Carriers::of(script, What::Typed);
    for node in tree.all() {
        let found = is_sql(script, node)
            || is_tagged(script, node, &carriers)
            || is_built(script, node, &carriers);
        if found {
            findings.add(
                node,
                "`_` and `%` in what was typed fit any letters, so that an address may find another person's row",
                "Compare with `=`; where case must not count, compare `lower(…)` on both sides.",
            );
        }
    }
}

/// Text that compares a user's identifier with a placeholder.
fn is_sql(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    !is_summand(tree, node) && fixed(tree, node).is_some_and(|text| is_like(&text))
}

fn is_like(text: &str) -> bool {
    LIKE.is_match(text) && !ESCAPE.is_match(text)
}

/// `` sql`… WHERE email LIKE ${email}` ``, whose tag makes placeholders.
fn is_tagged(script: &Script<'_>, node: NodeId, carriers: &Carriers<'_, '_>) -> bool {
    let tree = script.tree();
    let template = tree
        .child(node, "quasi")
        .filter(|_| tree.is(node, "TaggedTemplateExpression"));
    template.is_some_and(|template| {
        let values = tree.list(template, "expressions").iter();
        let mut before = tree.list(template, "quasis").iter().zip(values);
        !ESCAPE.is_match(tree.source(template))
            && before.any(|(part, value)| {
                carriers.carries(*value) && is_like(&format!("{}?", quasi(tree, *part)))
            })
    })
}

/// `.where('email', 'like', email)`, `.whereILike('email', email)`, `{ [Op.iLike]: email }`.
fn is_built(script: &Script<'_>, node: NodeId, carriers: &Carriers<'_, '_>) -> bool {
    let tree = script.tree();
    if tree.is(node, "Property") {
        let operator = tree
            .child(node, "key")
            .filter(|_| tree.flag(node, "computed"));
        let is_liking = operator
            .and_then(|operator| tree.key(operator))
            .is_some_and(|name| matches!(name, "like" | "iLike"));
        return is_liking
            && tree
                .child(node, "value")
                .is_some_and(|value| carriers.carries(value));
    }
    if !tree.is(node, "CallExpression") {
        return false;
    }
    let method = tree.method(node).unwrap_or("");
    match tree.arguments(node) {
        [_, pattern] => LIKING.contains(&method) && carriers.carries(*pattern),
        [_, operator, pattern] => {
            let operator = tree.string(*operator).unwrap_or("").to_ascii_lowercase();
            matches!(method, "where" | "andWhere" | "orWhere")
                && matches!(operator.as_str(), "like" | "ilike")
                && carriers.carries(*pattern)
        }
        _ => false,
    }
}

/// `email.replace(/[%_]/g, '\\$&')`.
fn takes_wildcards_out(script: &Script<'_>) -> bool {
    let tree = script.tree();
    tree.of_kind("Literal").iter().any(|literal| {
        let text = tree.source(*literal);
        text.starts_with('/') && text.contains('%') && text.contains('_')
    })
}
