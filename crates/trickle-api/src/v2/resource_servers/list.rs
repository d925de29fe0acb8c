//! `GET /api/v2/resource-servers`.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{Page, Store};

use super::view::{management, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Most identifiers of one request.
const MOST: usize = 100;

/// The tenant's APIs, the Management API first.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let wanted = identifiers(&query)?;
    if !wanted.is_empty() {
        let found = named(&caller, &store, &wanted).await?;
        let items = paging.part(&found).iter().cloned();
        let items = items.map(|item| fields.apply(item)).collect();
        return Ok(paging.render("resource_servers", items, found.len() as u64));
    }
    let Page { offset, limit } = paging.page();
    // It takes the first place of the first page.
    let others = Page {
        offset: offset.saturating_sub(1),
        limit: if offset == 0 { limit - 1 } else { limit },
    };
    let listed = store.list_resource_servers(caller.tenant(), others).await?;
    let first = (offset == 0).then(|| management(&caller.site));
    let items = first.into_iter().chain(listed.items.iter().map(view));
    let items = items.map(|item| fields.apply(item)).collect();
    Ok(paging.render("resource_servers", items, listed.total + 1))
}

/// `identifiers`, once for each or with commas.
fn identifiers(query: &Query) -> Result<BTreeSet<String>, Error> {
    let given = query.all("identifiers");
    let given = given.iter().flat_map(|text| text.split(','));
    let given: BTreeSet<String> = given
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    if given.len() > MOST {
        return Err(Error::Query(format!(
            "Expected at most {MOST} items on property identifiers"
        )));
    }
    Ok(given)
}

async fn named(
    caller: &Bearer,
    store: &Store,
    wanted: &BTreeSet<String>,
) -> Result<Vec<Value>, Error> {
    let names: Vec<String> = wanted.iter().cloned().collect();
    let servers = store.resource_servers_named(caller.tenant(), &names);
    let mut found: BTreeMap<String, Value> = servers
        .await?
        .iter()
        .map(|server| (server.identifier.clone(), view(server)))
        .collect();
    let ours = caller.site.management_audience();
    if wanted.contains(&ours) {
        found.insert(ours, management(&caller.site));
    }
    Ok(found.into_values().collect())
}
