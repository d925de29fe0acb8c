//! Comparisons that stop at the first difference.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::{fixed, last_name},
    script::Script,
    tree::NodeId,
    values::{Carriers, What, is_password},
};

static HASH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:hash|hashed|digest|hmac|hashed_?password|password_?digest|encrypted_?password)$",
    )
    .expect("the pattern is valid")
});

/// Comparisons of hashes and passwords by `===` and its kin.
pub fn compared(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Password);
    let fields = fields_in_clear(script, &carriers);
    for node in tree.all() {
        let asked = asked_in_clear(script, node, &fields)
            .or_else(|| bound_in_clear(script, node, &carriers));
        if let Some(field) = asked {
            findings.add(
                field,
                "the legacy store is asked for the password as it is, so that it keeps passwords in clear",
                "Read the user by the address alone, and compare hashes.",
            );
        }
        let Some((left, right)) = sides(script, node) else {
            continue;
        };
        if is_constant(script, left) || is_constant(script, right) {
            continue;
        }
        let stored = |stored, typed| is_stored_password(script, stored, typed, &carriers);
        let hashed = |stored, typed| stored_beside(script, stored, typed, &carriers);
        if is_hash(script, left)
            || is_hash(script, right)
            || hashed(left, right)
            || hashed(right, left)
        {
            findings.add(
                node,
                "the comparison stops at the first character that differs, so its time tells how much of the hash was right",
                "Compare with `crypto.timingSafeEqual`, or by the hash's own package (`bcrypt.compare`).",
            );
        } else if stored(left, right) || stored(right, left) {
            findings.add(
                node,
                "the password is compared as it is, and the comparison's time tells how much of it was right",
                "Compare hashes; where the legacy store has none, compare with `crypto.timingSafeEqual`.",
            );
        }
    }
}

/// Methods that look for rows or documents by fields.
const LOOKING: &[&str] = &["find", "findFirst", "findOne", "findOneBy", "where"];

/// `users.findOne({ email, password })`: the store compares what was typed.
fn asked_in_clear(script: &Script<'_>, call: NodeId, fields: &[NodeId]) -> Option<NodeId> {
    let tree = script.tree();
    if !LOOKING.contains(&tree.method(call)?) {
        return None;
    }
    let asked = *tree.arguments(call).first()?;
    let first = fields.partition_point(|field| *field < asked);
    let field = *fields.get(first)?;
    tree.is_within(field, asked).then_some(field)
}

/// Fields of passwords that are given what was typed, in the order of their nodes.
fn fields_in_clear(script: &Script<'_>, carriers: &Carriers<'_, '_>) -> Vec<NodeId> {
    let tree = script.tree();
    let fields = tree.of_kind("Property").iter().copied();
    let is_in_clear = |field: &NodeId| {
        let value = tree.child(*field, "value");
        tree.key(*field).is_some_and(is_password)
            && value.is_some_and(|value| carriers.carries(value))
    };
    fields.filter(is_in_clear).collect()
}

/// `… WHERE email = ? AND password = ?`; what the store's own functions are given is hashed there.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?is)\b(?:where|and|or)\b\s*\(?\s*(?:\w+\.)?["`\[]?(?:user_?)?(?:password|passwd|pwd|pass)["`\]]?"#,
        r"\s*=\s*(?:\?|\$\d|@\w|:\w)",
    ))
    .expect("the pattern is valid")
});

/// `connection.query('… AND password = ?', [email, password])`.
fn bound_in_clear(
    script: &Script<'_>,
    call: NodeId,
    carriers: &Carriers<'_, '_>,
) -> Option<NodeId> {
    let tree = script.tree();
    let [query, values, ..] = tree.arguments(call) else {
        return None;
    };
    let is_asked = || fixed(tree, script.resolved(*query)).is_some_and(|it| ASKED.is_match(&it));
    (carriers.carries(*values) && is_asked()).then_some(*query)
}

/// What is compared: `a === b`, `a.equals(b)`, `a.localeCompare(b)`, `Buffer.compare(a, b)`.
fn sides(script: &Script<'_>, node: NodeId) -> Option<(NodeId, NodeId)> {
    let tree = script.tree();
    if tree.is(node, "BinaryExpression") {
        let operator = tree.text_of(node, "operator");
        let sides = (tree.child(node, "left")?, tree.child(node, "right")?);
        return matches!(operator, Some("===" | "!==" | "==" | "!=")).then_some(sides);
    }
    if !tree.is(node, "CallExpression") {
        return None;
    }
    let object = tree.child(tree.child(node, "callee")?, "object")?;
    match (tree.method(node)?, tree.arguments(node)) {
        ("equals" | "localeCompare", [other]) => Some((object, *other)),
        ("compare", [left, right]) if script.is_global(object, "Buffer") => Some((*left, *right)),
        _ => None,
    }
}

fn is_constant(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    matches!(tree.kind(node), "Literal" | "UnaryExpression")
        || script.is_global(node, "undefined")
        || tree.key(node) == Some("length")
}

fn is_hash(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let node = tree.bare(node);
    match tree.method(node) {
        Some("digest" | "hashSync" | "pbkdf2Sync" | "scryptSync") => return true,
        Some("from") => {
            let text = tree.arguments(node).first();
            return text.is_some_and(|text| is_hash(script, *text));
        }
        _ => {}
    }
    last_name(tree, node).is_some_and(|name| HASH.is_match(name))
}

/// A password in the legacy store beside what a function made of the typed one: `user.password === md5(password)`.
fn stored_beside(
    script: &Script<'_>,
    stored: NodeId,
    made: NodeId,
    carriers: &Carriers<'_, '_>,
) -> bool {
    let tree = script.tree();
    let made = tree.bare(script.resolved(made));
    tree.is(stored, "MemberExpression")
        && tree.key(stored).is_some_and(is_password)
        && !carriers.carries(stored)
        && tree.is(made, "CallExpression")
        && !carriers.carries(made)
        && tree
            .arguments(made)
            .iter()
            .any(|argument| carriers.carries(*argument))
}

fn is_stored_password(
    script: &Script<'_>,
    stored: NodeId,
    typed: NodeId,
    carriers: &Carriers<'_, '_>,
) -> bool {
    names_password(script, stored) && carriers.carries(typed) && !carriers.carries(stored)
}

/// `user.password`, `fields.Password.value`, and names such as `storedPassword`.
fn names_password(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    if let Some(name) = tree.identifier(node) {
        return is_password(name) || name.to_ascii_lowercase().ends_with("password");
    }
    if !tree.is(node, "MemberExpression") {
        return false;
    }
    match tree.key(node) {
        Some("value") => tree
            .child(node, "object")
            .is_some_and(|object| tree.key(object).is_some_and(is_password)),
        key => key.is_some_and(is_password),
    }
}
