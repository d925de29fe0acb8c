//! `GET /api/v2/logs/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::EventId;
use trickle_store::Store;

use super::view::{Names, view};
use crate::v2::{Bearer, Error, error::Kind};

static ENTRY: Kind = Kind {
    code: "inexistent_log",
    name: "log entry",
};

/// One entry.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let event = store
        .event(caller.tenant(), &EventId::from_text(id))
        .await?;
    let events = [event.ok_or(Error::Missing(&ENTRY))?];
    let names = Names::of(&store, caller.tenant(), &events).await?;
    Ok(Json(view(&events[0], &names)))
}
