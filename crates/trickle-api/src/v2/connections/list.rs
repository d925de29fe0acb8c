//! `GET /api/v2/connections`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{ConnectionFilter, Store};

use super::view::view;
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Connections of the tenant, oldest first.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let filter = ConnectionFilter {
        strategy: query.all("strategy"),
        name: query.get("name").map(str::to_owned),
        total: paging.total(),
    };
    let listed = store
        .list_connections(caller.tenant(), &filter, paging.page())
        .await?;
    let items = listed.items.iter();
    let items = items.map(|connection| fields.apply(view(connection, &caller)));
    Ok(paging.render("connections", items.collect(), listed.total))
}
