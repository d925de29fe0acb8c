//! `GET /api/v2/stats/active-users`.

use std::time::Duration;

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_engine::Engine;

use crate::v2::{Bearer, Error};

const DAYS: u64 = 30;

/// How many users logged in within the last 30 days.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
) -> Result<Json<Value>, Error> {
    let since = engine.clock().now() - Duration::from_secs(DAYS * 86_400);
    let count = engine.store().count_active_users(caller.tenant(), since);
    Ok(Json(count.await?.into()))
}
