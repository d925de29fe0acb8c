//! What tokens and `/userinfo` say of a user (OpenID Connect Core 1.0 §5.4).

use serde_json::{Map, Value};
use trickle_model::{User, iso_millis};

/// Scopes of OpenID Connect that mean something here.
pub(crate) const OIDC_SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// Root fields under the scope `profile`; `updated_at` comes besides.
pub(crate) const PROFILE_FIELDS: [&str; 5] =
    ["name", "nickname", "picture", "given_name", "family_name"];

/// The claims that these scopes open, without `sub`.
pub(crate) fn claims(user: &User, scopes: &[&str]) -> Map<String, Value> {
    let mut claims = Map::new();
    if scopes.contains(&"profile") {
        for field in PROFILE_FIELDS {
            if let Some(value) = user.attributes.get(field) {
                claims.insert(field.to_owned(), value.clone());
            }
        }
        // Existing clients get text here, not the number of the specification.
        claims.insert("updated_at".to_owned(), iso_millis(user.updated_at).into());
    }
    if scopes.contains(&"email")
        && let Some(email) = &user.email
    {
        claims.insert("email".to_owned(), email.as_str().into());
        claims.insert("email_verified".to_owned(), user.email_verified.into());
    }
    claims
}
