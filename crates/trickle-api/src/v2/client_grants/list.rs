//! `GET /api/v2/client-grants`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_model::ClientId;
use trickle_store::{ClientGrantFilter, Store};

use super::view::{stored_audience, view};
use crate::v2::{Bearer, Error, paging::Paging, query::Query};

/// Grants of the tenant's clients.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let audience = query.get("audience");
    let filter = ClientGrantFilter {
        client: query.get("client_id").map(ClientId::from_text),
        audience: audience.map(|audience| stored_audience(audience, &caller.site)),
    };
    let listed = store
        .list_client_grants(caller.tenant(), &filter, paging.page())
        .await?;
    let items = listed.items.iter().map(|grant| view(grant, &caller.site));
    Ok(paging.render("client_grants", items.collect(), listed.total))
}
