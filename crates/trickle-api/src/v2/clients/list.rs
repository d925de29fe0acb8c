//! `GET /api/v2/clients`.

use axum::{Json, extract::State};
use serde_json::{Value, json};
use trickle_model::{ApiClient, Grant};
use trickle_store::Store;

use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Clients of the tenant, without their secrets, which nobody has.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    caller.require(&["read:clients"])?;
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let listed = store.list_clients(caller.tenant(), paging.page()).await?;
    let items = listed.items.iter();
    let items = items.map(|client| fields.apply(view(client, &caller.site.tenant.name)));
    Ok(paging.render("clients", items.collect(), listed.total))
}

fn view(client: &ApiClient, tenant: &str) -> Value {
    let grants = client.grants.iter().copied().map(Grant::as_str);
    json!({
        "client_id": client.id.as_str(),
        "tenant": tenant,
        "name": client.name,
        "grant_types": grants.collect::<Vec<_>>(),
        "global": false,
    })
}
