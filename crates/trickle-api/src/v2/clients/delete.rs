//! `DELETE /api/v2/clients/{id}`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use trickle_model::ClientId;
use trickle_store::Store;

use crate::v2::{Bearer, Error};

/// Removes a client; of one that is not there the same is true afterwards.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let id = ClientId::from_text(id);
    store.remove_client(caller.tenant(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
