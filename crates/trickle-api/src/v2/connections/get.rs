//! `GET /api/v2/connections/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::ConnectionId;
use trickle_store::Store;

use super::view::view;
use crate::v2::{Bearer, Error, fields::FieldFilter, kept, query::Query};

/// One connection.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let id = ConnectionId::from_text(id);
    let connection = store.connection(caller.tenant(), &id).await?;
    let shown = match connection {
        Some(connection) => view(&connection, &caller),
        None => {
            let other = kept::connections::one(&store, &caller, id.as_str()).await?;
            kept::connections::view(&other, &caller)
        }
    };
    Ok(Json(fields.apply(shown)))
}
