//! Secrets in the text.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    lint::Findings,
    literal::{last_name, whole},
    parse::is_keyword_stand_in,
    script::Script,
    tree::{NodeId, Tree},
};

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|_|[a-z])(?:password|passwd|pwd|passphrase|secret|api_?key|private_?key|access_?key|access_?token|auth_?token|bearer_?token|signing_?key)$")
        .expect("the pattern is valid")
});

static URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[a-z][a-z0-9+.-]*://[^\s:/@]*:([^\s/@]+)@").expect("the pattern is valid")
});

/// Keys that tell themselves by their form.
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
        r"|^(?:AKIA|ASIA)[0-9A-Z]{16}$",
        r"|^(?:Basic|Bearer)\s+[A-Za-z0-9+/_=.-]{16,}$",
        r"|^(?:sk|rk)_live_[0-9A-Za-z]{16,}$",
        r"|^gh[pousr]_[0-9A-Za-z]{30,}$",
        r"|^eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}$"
    ))
    .expect("the pattern is valid")
});

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:<.*>|\{.*\}|\[.*\]|\$.*|x+|\*+|\.+|your[ _-].*|redacted|change[ _-]?me|example|placeholder|todo|none|null|undefined|unset|not[ _-]?set|missing|unknown|empty|n/?a)$")
        .expect("the pattern is valid")
});

/// Neighbours that make an object one of connection options.
const NEIGHBOURS: &[&str] = &[
    "host",
    "hostname",
    "server",
    "user",
    "username",
    "userName",
    "database",
    "port",
    "client_id",
    "clientId",
];

/// Secrets as literals.
pub fn hard_coded(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let Some(text) = literal(tree, node) else {
            continue;
        };
        if text.is_empty()
            || PLACEHOLDER.is_match(text)
            || text
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(is_keyword_stand_in)
        {
            continue;
        }
        let by_url = URL
            .captures(text)
            .is_some_and(|found| !PLACEHOLDER.is_match(&found[1]) && !found[1].starts_with('\0'));
        let by_form = FORM.is_match(text);
        if by_url || by_form || by_name(script, node, text) {
            findings.add(
                node,
                "a secret stands in the script, where everyone who may read scripts reads it",
                "Move it to the connection's configuration and use `configuration.NAME`.",
            );
        }
    }
}

fn literal(tree: &Tree, node: NodeId) -> Option<&str> {
    matches!(tree.kind(node), "Literal" | "TemplateLiteral")
        .then(|| whole(tree, node))
        .flatten()
}

fn by_name(script: &Script<'_>, node: NodeId, text: &str) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    let name = match tree.kind(around) {
        "Property" if tree.child(around, "value") == Some(node) => tree.key(around),
        "VariableDeclarator" => tree.child(around, "id").and_then(|id| tree.identifier(id)),
        "AssignmentExpression" if tree.child(around, "right") == Some(node) => tree
            .child(around, "left")
            .and_then(|left| last_name(tree, left)),
        // `configuration.PASSWORD || 'fallback'`
        "LogicalExpression" if tree.child(around, "right") == Some(node) => tree
            .child(around, "left")
            .and_then(|left| last_name(tree, left)),
        _ => None,
    };
    let Some(name) = name.filter(|name| NAME.is_match(name)) else {
        return false;
    };
    if text.chars().any(char::is_whitespace) {
        return false;
    }
    let options = tree.is(around, "Property")
        && tree.parent(around).is_some_and(|object| {
            tree.list(object, "properties")
                .iter()
                .filter_map(|property| tree.key(*property))
                .any(|key| key != name && NEIGHBOURS.contains(&key))
        });
    options || !is_field_name(text)
}

/// `password: 'user_password'` names a column.
fn is_field_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = text
        .chars()
        .all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '.' | '-' | '$'));
    word && [
        "pass", "pwd", "secret", "token", "hash", "key", "string", "text",
    ]
    .iter()
    .any(|part| lower.contains(part))
}
