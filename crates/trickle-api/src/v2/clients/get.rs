//! `GET /api/v2/clients/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::ClientId;
use trickle_store::Store;

use super::{CLIENT, global, view::view};
use crate::v2::{Bearer, Error, fields::FieldFilter, query::Query};

/// One client.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    if id == global::ID {
        return Ok(Json(fields.apply(global::show(&caller, &store).await?)));
    }
    let id = ClientId::from_text(id);
    let client = store.client(caller.tenant(), &id).await?;
    let client = client.ok_or(Error::Missing(&CLIENT))?;
    Ok(Json(fields.apply(view(&client, &caller.site.tenant.name))))
}
