//! What is shown of a key; never its private half.

use serde_json::{Value, json};
use trickle_engine::{Certificate, KeyState, ListedKey};
use trickle_model::iso_millis;

use crate::{
    failure::{Failure, Flavour},
    host::Site,
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
            "fingerprint": {"type": "string", "description": "SHA-1 of the certificate"},
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
pub(super) fn pem(listed: &ListedKey, site: &Site) -> Result<String, Error> {
    Ok(certificate(listed, site)?.pem())
}

pub(super) fn view(listed: &ListedKey, site: &Site) -> Result<Value, Error> {
    let certificate = certificate(listed, site)?;
    let thumbprint = certificate.thumbprint();
    let hex = |separator: &str| {
        let bytes: Vec<String> = thumbprint
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        bytes.join(separator)
    };
    let mut view = json!({
        "kid": listed.key.kid,
        "cert": certificate.pem(),
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

/// The one that the key set publishes.
fn certificate(listed: &ListedKey, site: &Site) -> Result<Certificate, Error> {
    let made = Certificate::of(&listed.key, &site.tenant.name);
    made.map_err(|error| Error::Failed(Failure::new(Flavour::Management, error)))
}
