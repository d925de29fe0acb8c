//! `GET /api/v2/logs`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::Store;

use super::view::{Names, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// The tenant's log, newest first.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    for name in ["q", "from", "take", "sort", "include_totals"] {
        let newest_first = name == "sort" && query.get(name) == Some("date:-1");
        if query.get(name).is_some() && !newest_first {
            return Err(Error::Query(format!(
                "Only page, per_page, fields and include_fields are understood so far, not {name}"
            )));
        }
    }
    let paging = Paging::parse_offset(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let events = store.list_events(caller.tenant(), paging.page()).await?;
    let names = Names::of(&store, caller.tenant(), &events).await?;
    let items = events.iter().map(|event| fields.apply(view(event, &names)));
    Ok(paging.render("logs", items.collect(), 0))
}
