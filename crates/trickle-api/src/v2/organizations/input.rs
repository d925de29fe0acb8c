//! What callers send of organizations and their connections.

use serde_json::{Map, Value};
use trickle_model::{JsonKind, TenantId};
use trickle_store::Store;

use crate::v2::{
    Error,
    body::{Fields, wrong_type},
    kept::unserved,
};

const NAME_MAX_CHARS: usize = 50;
const METADATA_MAX_KEYS: usize = 25;
const METADATA_MAX_CHARS: usize = 255;
/// Known fields and their types. Unknown ones are kept.
const KNOWN: [(&str, JsonKind); 5] = [
    ("display_name", JsonKind::Text),
    ("branding", JsonKind::Object),
    ("metadata", JsonKind::Object),
    ("third_party_client_access", JsonKind::Text),
    (ENTITLEMENT, JsonKind::Flag),
];
/// Would leave members the clients of the organization that are for them.
const ENTITLEMENT: &str = "is_app_entitlement_active";
const LINK_FLAGS: [&str; 4] = [
    "assign_membership_on_login",
    "show_as_button",
    "is_signup_enabled",
    "is_enabled",
];

/// A name as people type it in `organization`: it is no id.
pub(super) fn name(text: String) -> Result<String, Error> {
    let sound = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = (1..=NAME_MAX_CHARS).contains(&text.len())
        && text.bytes().next().is_some_and(sound)
        && text.bytes().all(|c| sound(c) || c == b'-' || c == b'_')
        && !text.starts_with("org_");
    if fits {
        return Ok(text);
    }
    Err(Error::Body(format!(
        "Expected 1 to {NAME_MAX_CHARS} lower-case letters, digits, - and _, that begin with a letter or digit and not with org_, on \
         property name"
    )))
}

/// Everything but the name.
pub(super) fn settings(mut fields: Fields) -> Result<Map<String, Value>, Error> {
    for name in ["id", "enabled_connections"] {
        drop(fields.take_nullable(name));
    }
    let mut settings = fields.rest();
    for (name, kind) in KNOWN {
        if let Some(value) = settings.get(name)
            && !kind.fits(value)
        {
            return Err(wrong_type(name, kind.name(), value));
        }
    }
    // Clients send `null` for a key that is to go.
    if let Some(Value::Object(metadata)) = settings.get_mut("metadata") {
        metadata.retain(|_, value| !value.is_null());
    }
    let metadata = settings.get("metadata").and_then(Value::as_object);
    let metadata = metadata.into_iter().flatten();
    if metadata.clone().count() > METADATA_MAX_KEYS {
        return Err(Error::Body(format!(
            "Expected at most {METADATA_MAX_KEYS} keys on property metadata"
        )));
    }
    for (key, value) in metadata {
        let is_short = |text: &str| text.chars().count() <= METADATA_MAX_CHARS;
        if !is_short(key) || !value.as_str().is_some_and(is_short) {
            return Err(Error::Body(format!(
                "Expected text of at most {METADATA_MAX_CHARS} characters on property metadata.{key}"
            )));
        }
    }
    Ok(settings)
}

/// Goes on where they ask for nothing new that would keep members out and does not here, or where the tenant has said that it knows.
pub(super) async fn check_unserved(
    store: &Store,
    tenant: &TenantId,
    before: Option<&Map<String, Value>>,
    settings: &Map<String, Value>,
) -> Result<(), Error> {
    const WHAT: &str =
        "is_app_entitlement_active of /organizations, whose members may use every client";
    if unserved::turns_on(ENTITLEMENT, before, settings) {
        unserved::check(store, tenant, WHAT).await?;
    }
    Ok(())
}

/// Settings of a connection of an organization.
pub(super) fn link(mut given: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    for name in ["connection_id", "connection"] {
        given.remove(name);
    }
    given.retain(|_, value| !value.is_null());
    for name in LINK_FLAGS {
        if let Some(value) = given.get(name).filter(|value| !value.is_boolean()) {
            return Err(wrong_type(name, "boolean", value));
        }
    }
    Ok(given)
}
