//! Encrypted connections to whoever answers.

use crate::{
    lint::Findings,
    literal::{composed, whole},
    script::Script,
    tree::NodeId,
};

const OFF: &[&str] = &[
    "rejectUnauthorized",
    "strictSSL",
    "sslValidate",
    "strictSsl",
    "verifyServerCert",
];
const ON: &[&str] = &[
    "tlsAllowInvalidCertificates",
    "tlsInsecure",
    "tlsAllowInvalidHostnames",
    "trustServerCertificate",
];
/// In addresses and in lists of options, in lower case.
const IN_ADDRESSES: &[&str] = &[
    "tlsinsecure=true",
    "tlsallowinvalidcertificates=true",
    "tlsallowinvalidhostnames=true",
    "sslmode=no-verify",
    "trustservercertificate=true",
    "trustservercertificate=yes",
];

/// Options that stop the checking of certificates.
pub fn unverified(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let found = match tree.kind(node) {
            "Property" => {
                let value = tree.child(node, "value");
                value.is_some_and(|value| stops(script, tree.key(node).unwrap_or(""), value))
            }
            "AssignmentExpression" => {
                let key = tree.child(node, "left").and_then(|left| tree.key(left));
                let value = tree.child(node, "right");
                value.is_some_and(|value| stops(script, key.unwrap_or(""), value))
            }
            "Literal" | "TemplateLiteral" => {
                let text = whole(tree, node).map(str::to_owned);
                text.or_else(|| composed(tree, node).map(|(fixed, _)| fixed))
                    .is_some_and(|text| {
                        let text = text.to_ascii_lowercase();
                        IN_ADDRESSES.iter().any(|part| text.contains(part))
                    })
            }
            _ => false,
        };
        if found {
            findings.add(
                node,
                "the certificate is not checked, so anyone on the way can read the passwords",
                "Give the authority's certificate, `ca: configuration.DB_CA`, and leave the check on.",
            );
        }
    }
}

/// Whether an option with a value stops the check.
fn stops(script: &Script<'_>, key: &str, value: NodeId) -> bool {
    let tree = script.tree();
    let value = script.resolved(value);
    let text = tree.source(value);
    (OFF.contains(&key) && matches!(text, "false" | "0" | "!1"))
        || (ON.contains(&key) && matches!(text, "true" | "1" | "!0"))
        || (key == "NODE_TLS_REJECT_UNAUTHORIZED" && text.trim_matches(['"', '\'', '`']) == "0")
        || (key == "checkServerIdentity" && takes_all(script, value))
}

/// `() => undefined`: a function that refuses nobody.
fn takes_all(script: &Script<'_>, function: NodeId) -> bool {
    let tree = script.tree();
    tree.is_function(function)
        && !tree.within(function).any(|node| {
            matches!(
                tree.kind(node),
                "CallExpression" | "NewExpression" | "ThrowStatement"
            )
        })
}
