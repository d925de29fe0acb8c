//! `GET /api/v2/clients/{id}/connections`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::ClientId;
use trickle_store::{ConnectionFilter, Page, Place, Store};

use super::view::view;
use crate::v2::{
    Bearer, Error, clients::CLIENT, fields::FieldFilter, kept, paging::Paging, query::Query,
};

/// Connections through which a client logs people in. A tenant has few connections.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let fields = FieldFilter::parse(&query)?;
    let id = ClientId::from_text(id);
    let client = store.client(caller.tenant(), &id).await?;
    client.ok_or(Error::Missing(&CLIENT))?;
    let filter = ConnectionFilter {
        strategy: query.items("strategy"),
        ..ConnectionFilter::default()
    };
    let all = Page {
        offset: 0,
        limit: u64::MAX,
    };
    let listed = store
        .list_connections(caller.tenant(), &filter, all)
        .await?;
    let mut connections = listed.items;
    connections.retain(|connection| connection.enabled_clients.contains(&id));
    let others = (filter.strategy.as_slice(), None);
    let mut others = kept::connections::list(&store, caller.tenant(), others).await?;
    others.retain(|connection| kept::connections::has_client(connection, &id));
    let databases = connections.iter().map(|connection| {
        let place = Place::new([
            0_i64.into(),
            connection.created_at.as_millisecond().into(),
            connection.id.as_str().into(),
        ]);
        (place, view(connection, &caller))
    });
    let others = others.iter().map(|connection| {
        let place = Place::new([
            1_i64.into(),
            connection.created_at.as_millisecond().into(),
            connection.id.as_str().into(),
        ]);
        (place, kept::connections::view(connection, &caller))
    });
    let all: Vec<(Place, Value)> = databases.chain(others).collect();
    let (shown, rest) = paging.among(all, |(place, _)| place.clone())?;
    let shown = shown
        .into_iter()
        .map(|(_, connection)| fields.apply(connection));
    Ok(paging.render("connections", shown.collect(), rest))
}
