//! Secrets in the text.

use std::sync::LazyLock;

use regex::Regex;
use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::{composed, is_summand, last_name, module_of, whole},
    modules::split,
    parse::is_keyword_stand_in,
    script::Script,
    tree::{NodeId, Tree},
    values::{Carriers, What},
};

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:^|[_-]|[a-z])(?:password|passwd|pwd|passphrase|secret",
        r"|(?:api|private|access|signing|subscription|functions|account|encryption)[_-]?key",
        r"|(?:api|access|auth|bearer)[_-]?token)$"
    ))
    .expect("the pattern is valid")
});

static URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[a-z][a-z0-9+.-]*://[^\s:/@]*:([^\s/@]+)@").expect("the pattern is valid")
});

/// `Server=…;Password=…`, as SQL Server and its kin take it.
static PAIRS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|;)\s*(?:password|pwd)\s*=\s*([^;\s]+)").expect("the pattern is valid")
});

static OTHER_PAIR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|;)\s*(?:server|data source|host|user id|uid|username|database|initial catalog)\s*=")
        .expect("the pattern is valid")
});

static DIGEST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)sha-?\d|md5").expect("the pattern is valid"));

/// `user:password`, as HTTP's basic authentication takes it.
static BASIC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[^\s:/]{2,}:[^\s:/]{3,}$").expect("the pattern is valid"));

/// Keys that tell themselves by their form.
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
        r"|^(?:AKIA|ASIA)[0-9A-Z]{16}$",
        r"|^(?:Basic|Bearer)\s+[A-Za-z0-9+/_=.-]{16,}$",
        r"|^(?:sk|rk)_live_[0-9A-Za-z]{16,}$",
        r"|^gh[pousr]_[0-9A-Za-z]{30,}$",
        r"|^AIza[0-9A-Za-z_-]{35}$",
        r"|^xox[abprs]-[0-9A-Za-z-]{10,}$",
        r"|^SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}$",
        r"|^https://hooks\.slack\.com/services/\w+/\w+/\w+$",
        r"|(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}",
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

/// Functions that take a key as one of their arguments.
const TAKING_KEYS: &[(&str, &str, usize)] = &[
    ("jsonwebtoken", "sign", 1),
    ("jsonwebtoken", "verify", 1),
    ("crypto", "createHmac", 1),
    ("crypto", "createCipheriv", 1),
    ("crypto", "createDecipheriv", 1),
];

/// Secrets as literals.
pub fn hard_coded(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    let carriers = Carriers::of(script, What::Password);
    let reason = "a secret stands in the script, where everyone who may read scripts reads it";
    let fix = "Move it to the connection's configuration and use `configuration.NAME`.";
    for node in tree.all() {
        let Some(text) = literal(tree, node) else {
            if has_part(tree, node) {
                findings.add(node, reason, fix);
            }
            continue;
        };
        if text.is_empty() || PLACEHOLDER.is_match(text) || has_keyword(text) {
            continue;
        }
        if opens(script, node, text, &carriers) {
            findings.add(
                node,
                "this password lets everyone in who has read the script, as whomever they like",
                "Take it away; hold what was typed against the legacy store alone.",
            );
        } else if in_connection(text)
            || FORM.is_match(text)
            || by_name(script, node, text)
            || by_place(script, node, text)
        {
            findings.add(node, reason, fix);
        }
    }
}

fn has_keyword(text: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(is_keyword_stand_in)
}

fn literal(tree: &Tree, node: NodeId) -> Option<&str> {
    matches!(tree.kind(node), "Literal" | "TemplateLiteral")
        .then(|| whole(tree, node))
        .flatten()
}

/// A password in the address or the options of a connection; `\0` stands for what is filled in.
fn in_connection(text: &str) -> bool {
    let found = |pattern: &Regex| {
        let secret = pattern.captures(text).and_then(|found| found.get(1));
        secret.is_some_and(|secret| {
            !secret.as_str().contains('\0') && !PLACEHOLDER.is_match(secret.as_str())
        })
    };
    found(&URL) || (OTHER_PAIR.is_match(text) && found(&PAIRS))
}

/// A text with values in it, such as a host from the configuration, beside which the password stands. One that has it in a single
/// literal is found by that.
fn has_part(tree: &Tree, node: NodeId) -> bool {
    if !matches!(tree.kind(node), "TemplateLiteral" | "BinaryExpression") {
        return false;
    }
    if is_summand(tree, node) {
        return false;
    }
    let around = tree.parent(node);
    let is_inner = || {
        around.is_some_and(|around| {
            let tag = tree.parent(around);
            tree.is(around, "TemplateLiteral")
                && !tag.is_some_and(|tag| tree.is(tag, "TaggedTemplateExpression"))
        })
    };
    let Some((text, _)) = composed(tree, node).filter(|_| !is_inner()) else {
        return false;
    };
    let alone = || {
        let mut parts = tree.within(node);
        parts.any(|part| literal(tree, part).is_some_and(in_connection))
    };
    in_connection(&text) && !has_keyword(&text) && !alone()
}

/// `if (password === 'master')` in a login; other scripts may have passwords that they refuse.
fn opens(script: &Script<'_>, node: NodeId, text: &str, carriers: &Carriers<'_, '_>) -> bool {
    let tree = script.tree();
    let comparison = tree
        .parent(node)
        .filter(|around| tree.is(*around, "BinaryExpression"));
    let Some(comparison) = comparison.filter(|_| script.action == Some(Action::Login)) else {
        return false;
    };
    let operator = tree.text_of(comparison, "operator");
    let typed = ["left", "right"].iter().any(|side| {
        let side = tree.child(comparison, side).filter(|side| *side != node);
        // Of a call it may be a part, such as the first character.
        side.is_some_and(|side| {
            matches!(tree.kind(side), "Identifier" | "MemberExpression") && carriers.carries(side)
        })
    });
    typed
        && matches!(operator, Some("===" | "==" | "!==" | "!="))
        && !text.chars().any(char::is_whitespace)
}

fn by_name(script: &Script<'_>, node: NodeId, text: &str) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    let name = match tree.kind(around) {
        "Property" if tree.child(around, "value") == Some(node) => tree.key(around),
        "VariableDeclarator" => tree.child(around, "id").and_then(|id| tree.identifier(id)),
        "AssignmentExpression" | "AssignmentPattern"
            if tree.child(around, "right") == Some(node) =>
        {
            tree.child(around, "left")
                .and_then(|left| last_name(tree, left))
        }
        // `configuration.PASSWORD || 'fallback'`
        "LogicalExpression" if tree.child(around, "right") == Some(node) => tree
            .child(around, "left")
            .and_then(|left| last_name(tree, left)),
        _ => None,
    };
    if name == Some("auth") && tree.is(around, "Property") {
        return BASIC.is_match(text);
    }
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

/// `jwt.sign(claims, 'key')`, `client.bind('cn=reader', 'password')`, `Buffer.from('user:password').toString('base64')`.
fn by_place(script: &Script<'_>, node: NodeId, text: &str) -> bool {
    let tree = script.tree();
    let Some(call) = tree.parent(node) else {
        return false;
    };
    let index = tree.arguments(call).iter().position(|it| *it == node);
    let (Some(index), Some(callee)) = (index, tree.child(call, "callee")) else {
        return false;
    };
    let object = tree.child(callee, "object");
    let is_of = |name: &str| object.is_some_and(|object| script.is_global(object, name));
    let globals = [("jwt", "jsonwebtoken"), ("crypto", "crypto")];
    let global = globals.iter().find(|(name, _)| is_of(name));
    let function = match global {
        Some((_, module)) => Some((*module, tree.key(callee))),
        None => module_of(script, callee),
    };
    if let Some((module, Some(member))) = function {
        let module = split(module.strip_prefix("node:").unwrap_or(module)).0;
        if TAKING_KEYS.contains(&(module, member, index)) {
            // What others may know: a public key, and the label of a digest such as WordPress' `wp-sha384`.
            let is_public = text.contains("PUBLIC KEY") || text.contains("CERTIFICATE");
            let is_label = member == "createHmac" && DIGEST.is_match(text);
            return !is_public && !is_label;
        }
    }
    match tree.key(callee).or_else(|| tree.identifier(callee)) {
        Some("bind") => index == 1 && names_entry(script, tree.arguments(call)[0]),
        Some("btoa") => BASIC.is_match(text),
        Some("from") => BASIC.is_match(text) && is_of("Buffer") && becomes_base64(tree, call),
        _ => false,
    }
}

/// Whether a text is a distinguished name of LDAP: `cn=reader,dc=example`.
fn names_entry(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let node = script.resolved(node);
    let text = whole(tree, node).map(str::to_owned);
    text.or_else(|| composed(tree, node).map(|(fixed, _)| fixed))
        .is_some_and(|text| text.contains('='))
}

fn becomes_base64(tree: &Tree, value: NodeId) -> bool {
    let member = tree
        .parent(value)
        .filter(|member| tree.key(*member) == Some("toString"));
    let call = member.and_then(|member| tree.parent(member));
    let encoding = call.and_then(|call| tree.arguments(call).first());
    encoding.is_some_and(|encoding| tree.string(*encoding) == Some("base64"))
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
