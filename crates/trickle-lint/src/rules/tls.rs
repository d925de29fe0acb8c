//! Encrypted connections to whoever answers.

use crate::{lint::Findings, literal::whole, script::Script};

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
const IN_URLS: &[&str] = &[
    "tlsInsecure=true",
    "tlsAllowInvalidCertificates=true",
    "tlsAllowInvalidHostnames=true",
    "sslmode=no-verify",
    "TrustServerCertificate=true",
    "TrustServerCertificate=yes",
];

/// Options that stop the checking of certificates.
pub fn unverified(script: &Script<'_>, findings: &mut Findings<'_>) {
    let tree = script.tree();
    for node in tree.all() {
        let found = match tree.kind(node) {
            "Property" => {
                let value = tree
                    .child(node, "value")
                    .map_or("", |value| tree.source(value));
                let key = tree.key(node).unwrap_or("");
                (OFF.contains(&key) && is_false(value)) || (ON.contains(&key) && is_true(value))
            }
            "AssignmentExpression" => {
                let left = tree.child(node, "left");
                let value = tree
                    .child(node, "right")
                    .map_or("", |value| tree.source(value));
                let key = left.and_then(|left| tree.key(left)).unwrap_or("");
                (OFF.contains(&key) && is_false(value))
                    || (ON.contains(&key) && is_true(value))
                    || (key == "NODE_TLS_REJECT_UNAUTHORIZED"
                        && value.trim_matches(['"', '\'']) == "0")
            }
            "Literal" | "TemplateLiteral" => {
                let text = whole(tree, node).unwrap_or("");
                text.contains("://") && IN_URLS.iter().any(|part| text.contains(part))
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

fn is_false(value: &str) -> bool {
    matches!(value, "false" | "0" | "!1")
}

fn is_true(value: &str) -> bool {
    matches!(value, "true" | "1" | "!0")
}
