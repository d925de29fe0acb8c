//! `DELETE /api/v2/connections/{id}`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{ConnectionId, iso_millis};

use crate::v2::{Bearer, Error, kept};

/// Removes a connection and its users; many of them go after the answer.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let id = ConnectionId::from_text(id);
    let tenant = caller.tenant();
    if engine.store().remove_connection(tenant, &id).await? {
        engine.connection_changed(tenant, &id).await;
    } else {
        kept::connections::remove(&caller, engine.store(), id.as_str()).await?;
    }
    let deleted_at = iso_millis(engine.clock().now());
    Ok((
        StatusCode::ACCEPTED,
        Json(json!({"deleted_at": deleted_at})),
    ))
}
