//! `GET /api/v2/actions/actions`.

use axum::Json;
use serde_json::{Value, json};

use crate::v2::{Bearer, Error, paging::Paging, query::Query};

/// None: there is nothing of that kind here. The deploy tool asks before it touches a database connection.
pub(crate) async fn handler(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    let page = Paging::parse_offset(&query)?.page();
    Ok(Json(json!({
        "actions": [],
        "total": 0,
        "page": page.offset / page.limit,
        "per_page": page.limit,
    })))
}
