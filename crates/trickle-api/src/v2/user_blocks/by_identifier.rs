//! `GET` and `DELETE /api/v2/user-blocks?identifier=`.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::Value;
use trickle_engine::Engine;

use super::blocks;
use crate::v2::{Bearer, Error, query::Query};

/// The blocks of an identifier, whether or not there is such a user.
pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let identifiers = [identifier(&query)?];
    blocks(&engine, &caller, &identifiers, &query).await
}

/// Lifts them.
pub(super) async fn lift(
    caller: Bearer,
    State(engine): State<Engine>,
    query: Query,
) -> Result<StatusCode, Error> {
    let identifiers = [identifier(&query)?];
    let who = caller.caller();
    engine
        .lift_blocks(caller.tenant(), &identifiers, None, &who)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn identifier(query: &Query) -> Result<String, Error> {
    let identifier = query.get("identifier").map(str::to_owned);
    identifier.ok_or_else(|| Error::Query("Missing required property: identifier".to_owned()))
}
