//! `GET /api/v2/keys/signing`, `GET …/{kid}`, `POST …/rotate`, `PUT …/{kid}/revoke`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::{Engine, PREVIOUS_KEYS_MOST, RevokeKey, RotateKeys};

use super::{
    SIGNING_KEY,
    view::{pem, view},
};
use crate::v2::{Bearer, Error};

pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
) -> Result<Json<Value>, Error> {
    let keys = engine.signing_keys(caller.tenant()).await?;
    let views: Result<Vec<Value>, Error> = keys.iter().map(|key| view(key, &caller.site)).collect();
    Ok(Json(views?.into()))
}

pub(super) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(kid): Path<String>,
) -> Result<Json<Value>, Error> {
    let keys = engine.signing_keys(caller.tenant()).await?;
    let found = keys.iter().find(|listed| listed.key.kid == kid);
    let found = found.ok_or(Error::Missing(&SIGNING_KEY))?;
    Ok(Json(view(found, &caller.site)?))
}

pub(super) async fn rotate(
    caller: Bearer,
    State(engine): State<Engine>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let rotated = match engine.rotate_signing_keys(caller.tenant()).await? {
        RotateKeys::Rotated(listed) => listed,
        RotateKeys::Overtaken => return Err(Error::Exists(&SIGNING_KEY)),
        RotateKeys::TooMany => {
            return Err(Error::Body(format!(
                "Tokens of {PREVIOUS_KEYS_MOST} previous keys may be in use. Revoke some of these keys first."
            )));
        }
    };
    tracing::info!(tenant.id = %caller.tenant(), kid = rotated.key.kid, "signing keys rotated");
    let body = json!({"kid": rotated.key.kid, "cert": pem(&rotated, &caller.site)?});
    Ok((StatusCode::CREATED, Json(body)))
}

pub(super) async fn revoke(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(kid): Path<String>,
) -> Result<Json<Value>, Error> {
    match engine.revoke_signing_key(caller.tenant(), &kid).await? {
        RevokeKey::Revoked(listed) => {
            tracing::info!(tenant.id = %caller.tenant(), kid, "signing key revoked");
            let body = json!({"kid": kid, "cert": pem(&listed, &caller.site)?});
            Ok(Json(body))
        }
        RevokeKey::InUse => Err(Error::Body(
            "The key signs, or will. Rotate first.".to_owned(),
        )),
        RevokeKey::Unknown => Err(Error::Missing(&SIGNING_KEY)),
    }
}
