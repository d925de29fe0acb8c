//! An API as the API shows it.

use serde_json::{Value, json};
use trickle_engine::MANAGEMENT_SCOPES;
use trickle_store::ResourceServer;

use crate::host::Site;

/// Lifetime of its tokens in seconds where it asks for none: a day.
const TOKEN_LIFETIME: u64 = 86_400;

pub(super) fn view(server: &ResourceServer) -> Value {
    let mut shown = server.settings.clone();
    shown.insert("id".to_owned(), server.id.as_str().into());
    shown.insert("identifier".to_owned(), server.identifier.as_str().into());
    shown.insert("is_system".to_owned(), false.into());
    for (name, usual) in [
        ("scopes", json!([])),
        ("signing_alg", "RS256".into()),
        ("token_lifetime", TOKEN_LIFETIME.into()),
        ("token_dialect", "access_token".into()),
        ("allow_offline_access", false.into()),
    ] {
        shown.entry(name).or_insert(usual);
    }
    Value::Object(shown)
}

/// The Management API; its name is the one by which tools leave it alone.
pub(super) fn management(site: &Site) -> Value {
    let scopes = MANAGEMENT_SCOPES.iter();
    let scopes = scopes.map(|scope| json!({"value": scope}));
    json!({
        "id": "management",
        "identifier": site.management_audience(),
        "name": "Auth0 Management API",
        "is_system": true,
        "scopes": scopes.collect::<Vec<_>>(),
        "signing_alg": "RS256",
        "token_lifetime": TOKEN_LIFETIME,
        "token_dialect": "access_token",
        "allow_offline_access": false,
    })
}

/// Whether an id or identifier means the Management API.
pub(super) fn is_management(text: &str, site: &Site) -> bool {
    let ours = site.management_audience();
    text == "management" || text.trim_end_matches('/') == ours.trim_end_matches('/')
}
