//! `GET /.well-known/jwks.json`.

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Error;
use crate::{host::Site, tokens::KeyRing};

/// The public halves of the tenant's keys (RFC 7517).
pub(crate) async fn handler(site: Site, State(keys): State<KeyRing>) -> Result<Json<Value>, Error> {
    let keys = keys.keys(&site.tenant.id).await?;
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key.kid(),
                "n": URL_SAFE_NO_PAD.encode(key.modulus()),
                "e": URL_SAFE_NO_PAD.encode(key.exponent()),
            })
        })
        .collect();
    Ok(Json(json!({"keys": keys})))
}
