//! `GET /api/v2/connections`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{ConnectionFilter, Store, Total};

use super::view::view;
use crate::v2::{Bearer, Error, fields::FieldFilter, kept, paging::Paging, query::Query};

/// Connections of the tenant, oldest first: databases, then those of other strategies.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let (store, tenant) = (&store, caller.tenant());
    let strategies = query.all("strategy");
    let others = (strategies.as_slice(), query.get("name"));
    let others = kept::connections::list(store, tenant, others).await?;
    let filter = ConnectionFilter {
        name: query.get("name").map(str::to_owned),
        // The others begin where the databases end.
        total: match others.is_empty() {
            true => paging.total(),
            false => Total::Counted,
        },
        strategy: strategies,
    };
    let listed = store
        .list_connections(tenant, &filter, paging.page())
        .await?;
    let databases = listed.items.iter();
    let databases = databases.map(|connection| view(connection, &caller));
    let page = paging.page();
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let shown = others
        .iter()
        .skip(place(page.offset.saturating_sub(listed.total)))
        .map(|connection| kept::connections::view(connection, &caller));
    let items = databases.chain(shown).take(place(page.limit));
    let items = items.map(|connection| fields.apply(connection));
    let total = listed.total + others.len() as u64;
    Ok(paging.render("connections", items.collect(), total))
}
