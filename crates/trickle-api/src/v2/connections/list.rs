//! `GET /api/v2/connections`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{ConnectionFilter, Store, Total};

use super::view::view;
use crate::v2::{
    Bearer, Error,
    fields::FieldFilter,
    kept,
    paging::{Paging, Rest},
    query::Query,
};

/// Connections of the tenant, oldest first: databases, then those of other strategies.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let (store, tenant) = (&store, caller.tenant());
    let strategies = query.items("strategy");
    let others = (strategies.as_slice(), query.get("name"));
    let mut others = kept::connections::list(store, tenant, others).await?;
    let alias = query.get("domain_alias");
    if let Some(alias) = alias {
        others.retain(|connection| kept::connections::has_domain(connection, alias));
    }
    let filter = ConnectionFilter {
        name: query.get("name").map(str::to_owned),
        // The others begin where the databases end.
        total: match others.is_empty() {
            true => paging.total(),
            false => Total::Counted,
        },
        strategy: strategies,
    };
    // Databases have no domains.
    let (databases, rest) = match paging.head()?.filter(|_| alias.is_none()) {
        None => (Vec::new(), Rest::none()),
        Some(part) => {
            let listed = store.list_connections(tenant, &filter, part).await?;
            (listed.items, (listed.total, listed.next).into())
        }
    };
    let shown = (databases.len(), rest);
    let (others, rest) = paging.follow(shown, others, kept::connections::place);
    let databases = databases.iter().map(|connection| view(connection, &caller));
    let others = others
        .iter()
        .map(|connection| kept::connections::view(connection, &caller));
    let items = databases.chain(others);
    let items = items.map(|connection| fields.apply(connection));
    Ok(paging.render("connections", items.collect(), rest))
}
