//! `GET|POST /userinfo`.

use axum::{
    Json,
    body::Bytes,
    extract::{RawQuery, State},
    http::{
        HeaderMap,
        header::{AUTHORIZATION, CACHE_CONTROL},
    },
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::UserId;

use super::{Error, profile_claims};
use crate::{
    failure::{Failure, Flavour},
    host::{Site, USERINFO},
    tokens::{KeyRing, Rejected},
};

/// The claims that the token's scopes open.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    State(keys): State<KeyRing>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Error> {
    let token = bearer(&headers)
        .or_else(|| form_token(&body))
        .or_else(|| form_token(query.as_deref().unwrap_or("").as_bytes()))
        .ok_or(Error::InvalidToken)?;
    let tenant = &site.tenant.id;
    let now = engine.clock().now();
    let (_, claims) = keys
        .verify(&site, &token, USERINFO, now)
        .await
        .map_err(|rejected| match rejected {
            Rejected::Failed(error) => Error::Failed(Failure::new(Flavour::OAuth, error)),
            Rejected::Signature | Rejected::Invalid => Error::InvalidToken,
        })?;
    let user = engine
        .store()
        .user(tenant, &UserId::from_text(claims.sub.as_str()))
        .await?
        .filter(|user| !user.blocked)
        .ok_or(Error::InvalidToken)?;
    let scopes: Vec<&str> = claims.scope.all().collect();
    let mut info = profile_claims::claims(&user, &scopes);
    info.insert("sub".to_owned(), claims.sub.as_str().into());
    Ok(([(CACHE_CONTROL, "no-store")], Json(Value::Object(info))).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// RFC 6750 §2.2, and §2.3 for a query, which is where `passport-auth0` puts it.
fn form_token(body: &[u8]) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    fields
        .into_iter()
        .find_map(|(name, value)| (name == "access_token").then_some(value))
}
