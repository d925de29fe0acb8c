//! `GET /.well-known/jwks.json`, `GET /pem`.

use axum::{
    Json,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::Error;
use crate::{
    host::Site,
    id_tokens::other_algorithms,
    tokens::{KeyRing, TokenError},
};

/// The public halves of the tenant's keys, each with its certificate (RFC 7517 §4): as keys of RS256, then as those of other algorithms that
/// clients have chosen.
pub(crate) async fn handler(site: Site, State(keys): State<KeyRing>) -> Result<Json<Value>, Error> {
    let others = other_algorithms(keys.store(), &site.tenant.id).await?;
    let keys = keys.keys(&site.tenant.id).await?;
    let keys: Result<Vec<Value>, TokenError> = keys
        .iter()
        .map(|key| {
            let certificate = key.certificate(&site.tenant.name);
            let certificate = certificate.map_err(TokenError::Key)?;
            Ok(json!({
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key.kid(),
                "n": URL_SAFE_NO_PAD.encode(key.modulus()),
                "e": URL_SAFE_NO_PAD.encode(key.exponent()),
                "x5t": URL_SAFE_NO_PAD.encode(certificate.thumbprint()),
                "x5c": [STANDARD.encode(certificate.der())],
            }))
        })
        .collect();
    let keys = keys?;
    let others = others.iter().flat_map(|algorithm| {
        keys.iter().map(move |key| {
            let mut key = key.clone();
            key["alg"] = algorithm.as_str().into();
            key
        })
    });
    let all: Vec<Value> = keys.iter().cloned().chain(others).collect();
    Ok(Json(json!({"keys": all})))
}

/// The certificate of the key that signs now.
pub(crate) async fn pem(site: Site, State(keys): State<KeyRing>) -> Result<Response, Error> {
    let keys = keys.keys(&site.tenant.id).await?;
    let current = keys.first().ok_or(TokenError::NoKey)?;
    let certificate = current.certificate(&site.tenant.name);
    let pem = certificate.map_err(TokenError::Key)?.pem();
    Ok(([(CONTENT_TYPE, "application/x-pem-file")], pem).into_response())
}
