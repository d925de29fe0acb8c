//! `GET /api/v2/connections/{id}/status`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use trickle_model::ConnectionId;
use trickle_store::Store;

use crate::v2::{Bearer, Error, kept};

/// Whether the connection is there.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let id = ConnectionId::from_text(id);
    let connection = store.connection(caller.tenant(), &id).await?;
    if connection.is_none() {
        kept::connections::one(&store, &caller, id.as_str()).await?;
    }
    Ok(StatusCode::OK)
}
