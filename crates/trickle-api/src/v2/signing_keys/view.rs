//! What is shown of a key; never its private half.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use trickle_engine::{KeyState, ListedKey};
use trickle_model::iso_millis;

use crate::{
    failure::{Failure, Flavour},
    v2::{Error, Named},
};

pub(super) const KEY_SCHEMA: Named = Named {
    name: "SigningKey",
    schema: key,
};

fn key() -> Value {
    json!({
        "type": "object",
        "required": ["kid", "cert", "fingerprint", "current", "next", "previous", "revoked"],
        "properties": {
            "kid": {"type": "string", "description": "RFC 7638 thumbprint"},
            "cert": {"type": "string", "description": "X.509, PEM"},
            "fingerprint": {"type": "string", "description": "SHA-256 of the certificate"},
            "thumbprint": {"type": "string", "description": "the same without colons"},
            "current": {"type": "boolean"},
            "next": {"type": "boolean"},
            "previous": {"type": "boolean"},
            "current_since": {"type": "string"},
            "current_until": {"type": "string"},
            "revoked": {"type": "boolean"},
            "revoked_at": {"type": "string"},
        },
    })
}

pub(super) fn rotated() -> Value {
    json!({
        "type": "object", "required": ["kid"],
        "properties": {"kid": {"type": "string", "description": "signs from now on"}, "cert": {"type": "string"}},
    })
}

pub(super) fn revoked() -> Value {
    json!({
        "type": "object", "required": ["kid"],
        "properties": {"kid": {"type": "string"}, "cert": {"type": "string"}},
    })
}

/// PEM of the certificate.
pub(super) fn certificate(listed: &ListedKey, host: &str) -> Result<String, Error> {
    Ok(pem("CERTIFICATE", &der(listed, host)?))
}

pub(super) fn view(listed: &ListedKey, host: &str) -> Result<Value, Error> {
    let der = der(listed, host)?;
    let hex = |separator: &str| {
        let digest = Sha256::digest(&der);
        let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(separator)
    };
    let mut view = json!({
        "kid": listed.key.kid,
        "cert": pem("CERTIFICATE", &der),
        "fingerprint": hex(":"),
        "thumbprint": hex(""),
        "current": listed.state == KeyState::Current,
        "next": listed.state == KeyState::Next,
        "previous": listed.state == KeyState::Previous,
        "revoked": listed.state == KeyState::Revoked,
    });
    for (name, at) in [
        ("current_since", listed.key.active_from),
        ("current_until", listed.key.retired_at),
        ("revoked_at", listed.key.revoked_at),
    ] {
        if let Some(at) = at {
            view[name] = iso_millis(at).into();
        }
    }
    Ok(view)
}

fn der(listed: &ListedKey, host: &str) -> Result<Vec<u8>, Error> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let der = listed.certificate(name);
    der.map_err(|error| Error::Failed(Failure::new(Flavour::Management, error)))
}

/// RFC 7468 §5.
fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = next;
    }
    pem.push_str("-----END ");
    pem.push_str(kind);
    pem.push_str("-----\n");
    pem
}
