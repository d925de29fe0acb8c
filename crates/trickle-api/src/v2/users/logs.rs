//! `GET /api/v2/users/{id}/logs`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::UserId;
use trickle_store::Store;

use crate::v2::{Bearer, Error, logs, query::Query};

/// Entries of the log about a user, whether or not the user is still there.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    logs::search(&store, &caller, &query, Some(UserId::from_text(id))).await
}
