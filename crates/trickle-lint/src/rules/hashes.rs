//! Comparisons that stop at the first difference.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::last_name,
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

/// `===` and its kin on hashes and passwords.
pub fn compared(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Password);
    for node in tree.all().filter(|node| tree.is(*node, "BinaryExpression")) {
        if !matches!(
            tree.text_of(node, "operator"),
            Some("===" | "!==" | "==" | "!=")
        ) {
            continue;
        }
        let (Some(left), Some(right)) = (tree.child(node, "left"), tree.child(node, "right"))
        else {
            continue;
        };
        if is_constant(script, left) || is_constant(script, right) {
            continue;
        }
        if is_hash(script, left) || is_hash(script, right) {
            findings.add(
                node,
                "the operator stops at the first character that differs, so its time tells how much of the hash was right",
                "Compare with `crypto.timingSafeEqual`, or by the hash's own package (`bcrypt.compare`).",
            );
        } else if is_stored_password(script, left, right, &carriers)
            || is_stored_password(script, right, left, &carriers)
        {
            findings.add(
                node,
                "the password is compared as it is, and the operator's time tells how much of it was right",
                "Compare hashes; where the legacy store has none, compare with `crypto.timingSafeEqual`.",
            );
        }
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
    if tree.method(node) == Some("digest") {
        return true;
    }
    last_name(tree, node).is_some_and(|name| HASH.is_match(name))
}

fn is_stored_password(
    script: &Script<'_>,
    stored: NodeId,
    typed: NodeId,
    carriers: &Carriers<'_, '_>,
) -> bool {
    let tree = script.tree();
    tree.is(stored, "MemberExpression")
        && tree.key(stored).is_some_and(is_password)
        && carriers.carries(typed)
        && !carriers.carries(stored)
}
