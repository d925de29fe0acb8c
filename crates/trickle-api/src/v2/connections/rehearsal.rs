//! `GET /api/v2/connections/{id}/rehearsal`: what was found beside logins; not known to other products.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{ConnectionId, EventId, iso_millis};
use trickle_store::{RehearsalEntry, RehearsalGroup};

use crate::v2::{Bearer, Error, query::Query};

/// Most findings of one answer.
const MOST: u64 = 1_000;
const USUAL: u64 = 100;

/// Counts of all findings, and the findings themselves, newest first.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let most = query.number("take", 1, MOST)?.unwrap_or(USUAL);
    let before = query.get("from").map(EventId::from_text);
    let id = ConnectionId::from_text(id);
    let connection = engine.store().connection(caller.tenant(), &id).await?;
    let connection = connection.ok_or(Error::NoConnection)?;
    let (groups, found) = engine
        .rehearsals(&connection, before.as_ref(), most)
        .await?;
    let next = (found.len() as u64 == most).then(|| found.last()).flatten();
    let mut shown = json!({
        "counts": groups.iter().map(|(group, count)| counted(group, *count)).collect::<Value>(),
        "findings": found.iter().map(view).collect::<Value>(),
    });
    if let Some(next) = next {
        shown["next"] = next.id.as_str().into();
    }
    Ok(Json(shown))
}

fn counted(group: &RehearsalGroup, count: u64) -> Value {
    json!({
        "kind": group.kind, "action": group.action, "script_version": group.script_version,
        "live_outcome": group.live_outcome, "other_outcome": group.other_outcome,
        "differs": group.differs, "count": count,
    })
}

fn view(entry: &RehearsalEntry) -> Value {
    json!({
        "id": entry.id.as_str(), "date": iso_millis(entry.at), "kind": entry.kind,
        "action": entry.action.key(), "script_version": entry.script_version,
        "live_outcome": entry.live_outcome, "other_outcome": entry.other_outcome,
        "differences": entry.differences,
    })
}
