//! What tokens and `/userinfo` say of a user (OpenID Connect Core 1.0 §5.4).

use serde_json::{Map, Value};
use trickle_model::{User, iso_millis};

/// Scopes of OpenID Connect that mean something here.
pub(crate) const OIDC_SCOPES: [&str; 4] = ["openid", "profile", "email", "phone"];

/// Root fields under the scope `profile`; `updated_at` comes besides.
pub(crate) const PROFILE_FIELDS: [&str; 5] =
    ["name", "nickname", "picture", "given_name", "family_name"];

/// Under the scope `phone`: the claim, and the root field that it shows.
const PHONE_NUMBER: &str = "phone_number";
const PHONE_VERIFIED: (&str, &str) = ("phone_number_verified", "phone_verified");

/// Claims under the scopes of a person's addresses.
pub(crate) const ADDRESS_CLAIMS: [&str; 4] =
    ["email", "email_verified", PHONE_NUMBER, PHONE_VERIFIED.0];

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
    if scopes.contains(&"phone")
        && let Some(number) = user.attributes.get(PHONE_NUMBER)
    {
        let (claim, field) = PHONE_VERIFIED;
        let verified = user.attributes.get(field) == Some(&Value::Bool(true));
        claims.insert(PHONE_NUMBER.to_owned(), number.clone());
        claims.insert(claim.to_owned(), verified.into());
    }
    claims
}
