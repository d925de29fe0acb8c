//! Scripts whose statements tell that they run, for coverage.

use crate::{
    parse::parse,
    tree::{NodeId, Tree},
};

/// A script with a call before each of its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// The text; its lines are those of the script.
    pub text: String,
    /// The line of each statement, from 1; its place in the list is the number that the call has.
    pub lines: Vec<usize>,
}

/// What is put where.
struct Insertion {
    at: usize,
    /// At one place all that ends comes before all that begins; the inner ends first, and the outer begins first.
    rank: (bool, i64),
    text: String,
}

/// Puts `name(number)` before each statement of the one function that a script is; nothing where it is more than that, or no JavaScript.
pub fn pointed(script: &str, name: &str) -> Option<Pointed> {
    let parsed = parse(script).ok()?;
    let tree = &parsed.tree;
    if !is_one_function(tree) {
        return None;
    }
    let own = |offset: u32| offset.saturating_sub(parsed.shift) as usize;
    let mut insertions = Vec::new();
    let mut lines = Vec::new();
    let mut nodes: Vec<NodeId> = tree.all().collect();
    // As they stand in the text, the outer of two first.
    nodes.sort_by_key(|node| {
        let (start, end) = tree.range(*node);
        (start, std::cmp::Reverse(end))
    });
    for node in nodes {
        let Some((before, behind)) = around(tree, node, &format!("{name}({})", lines.len())) else {
            continue;
        };
        let (start, end) = tree.range(node);
        let (start, end) = (own(start), own(end));
        lines.push(script.get(..start)?.matches('\n').count() + 1);
        insertions.push(Insertion {
            at: start,
            rank: (true, -i64::try_from(end).ok()?),
            text: before,
        });
        insertions.push(Insertion {
            at: end,
            rank: (false, -i64::try_from(start).ok()?),
            text: behind.to_owned(),
        });
    }
    insertions.sort_by_key(|it| (it.at, it.rank));
    let mut text = String::with_capacity(script.len() * 2);
    let mut from = 0;
    for insertion in insertions {
        text.push_str(script.get(from..insertion.at)?);
        text.push_str(&insertion.text);
        from = insertion.at;
    }
    text.push_str(script.get(from..)?);
    Some(Pointed { text, lines })
}

fn is_one_function(tree: &Tree) -> bool {
    let body = tree.list(Tree::ROOT, "body").iter().copied();
    let body: Vec<NodeId> = body
        .filter(|node| !tree.is(*node, "EmptyStatement"))
        .collect();
    let [only] = body[..] else {
        return false;
    };
    tree.is(only, "FunctionDeclaration")
        || tree
            .child(only, "expression")
            .is_some_and(|value| tree.is_function(value))
}

/// What stands before and behind a node that is counted.
fn around(tree: &Tree, node: NodeId, call: &str) -> Option<(String, &'static str)> {
    tree.function_around(node)?;
    let parent = tree.parent(node)?;
    let is_body = tree.child(parent, "body") == Some(node);
    if tree.is(parent, "ArrowFunctionExpression") {
        let is_value = is_body && !tree.is(node, "BlockStatement");
        return is_value.then(|| (format!("({call},"), ")"));
    }
    if !is_statement(tree, node) {
        return None;
    }
    match tree.kind(parent) {
        "BlockStatement" | "FunctionBody" | "SwitchCase" => Some((format!("{call};"), "")),
        "IfStatement" => Some((format!("{{{call};"), "}")),
        "ForStatement" | "ForInStatement" | "ForOfStatement" | "WhileStatement"
        | "DoWhileStatement" => is_body.then(|| (format!("{{{call};"), "}")),
        // A loop has to stay beside its label.
        _ => None,
    }
}

fn is_statement(tree: &Tree, node: NodeId) -> bool {
    match tree.kind(node) {
        "ExpressionStatement" => tree.text_of(node, "directive").is_none(),
        "VariableDeclaration" => true,
        "BlockStatement" | "EmptyStatement" => false,
        kind => kind.ends_with("Statement"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &str, lines: &[usize]) {
        let got = pointed(script, "t").unwrap();
        assert_eq!(got.text, expected);
        assert_eq!(got.lines, lines);
        assert!(parse(&got.text).is_ok(), "{}", got.text);
    }

    #[test]
    fn statements_are_counted_where_they_stand() {
        check(
            "// Comment.\nfunction f(a, callback) {\n  'use strict';\n  const b = a\n  if (b) callback(b)\n  else if (a) return\n}",
            "// Comment.\nfunction f(a, callback) {\n  'use strict';\n  t(0);const b = a\n  t(1);if (b) {t(2);callback(b)}\n  else {t(3);if (a) {t(4);return}}\n}",
            &[4, 5, 5, 6, 6],
        );
    }

    #[test]
    fn values_of_arrows_are_counted() {
        check(
            "(a, done) => a.then((x) => ({ x }), done)",
            "(a, done) => (t(0),a.then((x) => ((t(1),{ x })), done))",
            &[1, 1],
        );
    }

    #[test]
    fn loops_labels_and_cases_stay_what_they_are() {
        check(
            "function f(a, cb) { out: for (const x of a) { switch (x) { case 1: continue out; default: cb(x); } } for (;;) break; do a(); while (b) }",
            "function f(a, cb) { t(0);out: for (const x of a) { t(1);switch (x) { case 1: t(2);continue out; default: t(3);cb(x); } } t(4);for (;;) {t(5);break;} t(6);do {t(7);a();} while (b) }",
            &[1; 8],
        );
    }

    #[test]
    fn what_is_no_single_function_is_left() {
        for script in [
            "const a = 1;\nfunction f(callback) { callback(a); }",
            "module.exports = function (callback) { callback(); }",
            "function (",
            "",
        ] {
            assert_eq!(pointed(script, "t"), None, "{script}");
        }
    }
}
