//! `GET` and `DELETE /api/v2/user-blocks/{id}`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::{UserId, phone_identifier_of};

use super::view;
use crate::v2::{Bearer, Error};

/// The blocks of a user under any of its identifiers.
pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let identifiers = identifiers(&engine, &caller, &UserId::from_text(id)).await?;
    Ok(view(engine.blocks(caller.tenant(), &identifiers).await?))
}

/// Lifts them.
pub(super) async fn lift(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let id = UserId::from_text(id);
    let identifiers = identifiers(&engine, &caller, &id).await?;
    let who = caller.caller();
    engine
        .lift_blocks(caller.tenant(), &identifiers, Some(&id), &who)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn identifiers(engine: &Engine, caller: &Bearer, id: &UserId) -> Result<Vec<String>, Error> {
    let user = engine.store().user(caller.tenant(), id).await?;
    let user = user.ok_or(Error::NoUser)?;
    let number = phone_identifier_of(&user.attributes);
    let names = user.email.into_iter().chain(user.username);
    Ok(names.chain(number).collect())
}
