//! `GET /api/v2/resource-servers`.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{Page, Part, Place, Store};

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
        let name = |item: &Value| item["identifier"].as_str().unwrap_or_default().to_owned();
        let place = |item: &Value| Place::new([name(item).as_str().into()]);
        let (items, rest) = paging.among(found, place)?;
        let items = items.into_iter().map(|item| fields.apply(item)).collect();
        return Ok(paging.render("resource_servers", items, rest));
    }
    let part = paging.part()?;
    let is_first = matches!(
        part,
        Part::Page(Page {
            offset: 0,
            limit: 1..
        }) | Part::Behind { place: None, .. }
    );
    let listed = store.list_resource_servers(caller.tenant(), others(&part));
    let listed = listed.await?;
    let first = is_first.then(|| management(&caller.site));
    let items = first.into_iter().chain(listed.items.iter().map(view));
    let items = items.map(|item| fields.apply(item)).collect();
    let next = match (part, listed.next) {
        // It has the page for itself.
        (
            Part::Behind {
                place: None,
                limit: 1,
            },
            None,
        ) => Some(Place::new([i64::MIN.into(), "".into()])),
        (_, next) => next,
    };
    Ok(paging.render("resource_servers", items, (listed.total + 1, next)))
}

/// The part without the Management API, which takes the first place of the first page.
fn others(part: &Part) -> Part {
    match part.clone() {
        Part::Page(Page { offset: 0, limit }) => Part::Page(Page {
            offset: 0,
            limit: limit.saturating_sub(1),
        }),
        Part::Page(Page { offset, limit }) => Part::Page(Page {
            offset: offset - 1,
            limit,
        }),
        Part::Behind { place: None, limit } => Part::Behind {
            place: None,
            limit: limit - 1,
        },
        behind @ Part::Behind { .. } => behind,
    }
}

/// Each of `identifiers` once.
fn identifiers(query: &Query) -> Result<BTreeSet<String>, Error> {
    let given: BTreeSet<String> = query.items("identifiers").into_iter().collect();
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
