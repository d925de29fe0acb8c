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
    tokens::{KeyRing, TokenError, key_name},
};

/// The public halves of the tenant's keys, each with its certificate (RFC 7517 §4): as keys of RS256, then, under other names, as
/// those of other algorithms that clients have chosen.
pub(crate) async fn handler(site: Site, State(keys): State<KeyRing>) -> Result<Json<Value>, Error> {
    let others = other_algorithms(keys.store(), &site.tenant.id).await?;
    let keys = keys.keys(&site.tenant.id).await?;
    let algorithms = std::iter::once("RS256").chain(others.iter().map(String::as_str));
    let all = algorithms.flat_map(|algorithm| keys.iter().map(move |key| (algorithm, key)));
    let shown: Result<Vec<Value>, TokenError> = all
        .map(|(algorithm, key)| {
            let certificate = key.certificate(&site.tenant.name);
            let certificate = certificate.map_err(TokenError::Key)?;
            Ok(json!({
                "kty": "RSA",
                "use": "sig",
                "alg": algorithm,
                "kid": key_name(key.kid(), algorithm),
                "n": URL_SAFE_NO_PAD.encode(key.modulus()),
                "e": URL_SAFE_NO_PAD.encode(key.exponent()),
                "x5t": URL_SAFE_NO_PAD.encode(certificate.thumbprint()),
                "x5c": [STANDARD.encode(certificate.der())],
            }))
        })
        .collect();
    Ok(Json(json!({"keys": shown?})))
}

/// The certificate of the key that signs now.
pub(crate) async fn pem(site: Site, State(keys): State<KeyRing>) -> Result<Response, Error> {
    let keys = keys.keys(&site.tenant.id).await?;
    let current = keys.first().ok_or(TokenError::NoKey)?;
    let certificate = current.certificate(&site.tenant.name);
    let pem = certificate.map_err(TokenError::Key)?.pem();
    Ok(([(CONTENT_TYPE, "application/x-pem-file")], pem).into_response())
}
