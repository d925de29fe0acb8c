//! `GET /api/v2/logs`.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header::LINK},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::{Event, EventId, UserId};
use trickle_store::{EventSearch, Store};

use super::view::{Names, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Most entries of a part, and those of one that does not say how many.
const MOST: u64 = 100;
const USUAL: u64 = 50;

/// The tenant's log: in pages, newest first, or read on from an entry, oldest first.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    query: Query,
) -> Result<Response, Error> {
    if query.get("from").is_some() || query.get("take").is_some() {
        read_on(&engine, &caller, &query).await
    } else {
        let listed = search(engine.store(), &caller, &query, None).await?;
        Ok(listed.into_response())
    }
}

/// Entries in pages, of one user or of all.
pub(crate) async fn search(
    store: &Store,
    caller: &Bearer,
    query: &Query,
    user: Option<UserId>,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(query)?;
    let fields = FieldFilter::parse(query)?;
    let is_ascending = match query.get("sort") {
        None | Some("date:-1") => false,
        Some("date:1") => true,
        Some(_) => {
            return Err(Error::Query(
                "Expected date:1 or date:-1 on property sort".to_owned(),
            ));
        }
    };
    // Later SDKs know only the second name.
    let asked = query.get("q").or_else(|| query.get("search"));
    let search = EventSearch {
        query: asked.map(str::parse).transpose()?,
        user,
        is_ascending,
    };
    let listed = store
        .search_events(caller.tenant(), &search, paging.page())
        .await?;
    let items = shown(store, caller, &fields, &listed.items).await?;
    Ok(paging.render("logs", items, (listed.total, listed.next)))
}

/// With `from` and `take` nothing else narrows the log; the link leads on, also where there is nothing more yet.
async fn read_on(engine: &Engine, caller: &Bearer, query: &Query) -> Result<Response, Error> {
    let take = query.number("take", 1, MOST)?.unwrap_or(USUAL);
    let fields = FieldFilter::parse(query)?;
    let from = query.get("from").map(EventId::from_text);
    let events = engine.read_on(caller.tenant(), from.as_ref(), take).await?;
    let items = shown(engine.store(), caller, &fields, &events).await?;
    let last = events.last().map(|event| &event.id).or(from.as_ref());
    let mut response = Json(items).into_response();
    // The id may be what the caller sent.
    if let Some(last) = last
        && last
            .as_str()
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'-')
    {
        let audience = caller.site.management_audience();
        let link = format!("<{audience}logs?from={last}&take={take}>; rel=\"next\"");
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(LINK, link);
        }
    }
    Ok(response)
}

async fn shown(
    store: &Store,
    caller: &Bearer,
    fields: &FieldFilter,
    events: &[Event],
) -> Result<Vec<Value>, Error> {
    let names = Names::of(store, caller.tenant(), events).await?;
    let items = events.iter().map(|event| fields.apply(view(event, &names)));
    Ok(items.collect())
}
