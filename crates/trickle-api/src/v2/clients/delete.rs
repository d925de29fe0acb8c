//! `DELETE /api/v2/clients/{id}`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use trickle_engine::Engine;
use trickle_model::ClientId;

use crate::v2::{Bearer, Error, kept};

/// Removes a client; of one that is not there the same is true afterwards.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let id = ClientId::from_text(id);
    engine.store().remove_client(caller.tenant(), &id).await?;
    kept::connections::forget_client(&caller, &engine, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
