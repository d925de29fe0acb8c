//! `GET /api/v2/resource-servers`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{Page, Store};

use super::view::{management, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// The tenant's APIs, the Management API first.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
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
