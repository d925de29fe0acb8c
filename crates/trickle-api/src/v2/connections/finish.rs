//! The end of a migration: `POST /api/v2/connections/{id}/migration/end` and `…/reopen`, `GET …/archive`; not known to other products.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_engine::{Engine, MigrationEnd, ending_json};
use trickle_model::{Connection, ConnectionId};
use trickle_store::Reopening;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
};

/// How long a migration can be reopened, unless the tenant says otherwise.
const USUAL_DAYS: u64 = 30;
const MOST_DAYS: u64 = 365;

/// Ends a migration: `{"ending": "native" or "no-ops", "reversible_days": 30}`.
pub(crate) async fn end(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let end = match fields.required_text("ending")?.as_str() {
        "native" => MigrationEnd::Native,
        "no-ops" => MigrationEnd::NoOps,
        _ => {
            return Err(Error::Body(
                "Expected native or no-ops on property ending".to_owned(),
            ));
        }
    };
    let days = match fields.take("reversible_days") {
        None => USUAL_DAYS,
        Some(value) => match value.as_u64().filter(|days| *days <= MOST_DAYS) {
            Some(days) => days,
            None => return Err(wrong_type("reversible_days", "integer up to 365", &value)),
        },
    };
    fields.finish()?;
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let connection = find(&engine, &caller, id).await?;
    let ended = engine
        .end_migration(&connection, end, days, &caller.caller())
        .await?;
    if !ended {
        return Err(Error::Conflict(
            "The migration has ended already.".to_owned(),
        ));
    }
    shown(&engine, &connection).await
}

/// Goes back to what was before the end.
pub(crate) async fn reopen(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let connection = find(&engine, &caller, id).await?;
    let reopened = engine
        .reopen_migration(&connection, &caller.caller())
        .await?;
    match reopened {
        Reopening::Done => Ok(Json(engine.migration(&connection).await?.to_json())),
        Reopening::NotEnded => Err(Error::Conflict("The migration has not ended.".to_owned())),
        Reopening::TooLate => Err(Error::Conflict(
            "The migration ended too long ago: its secrets are destroyed.".to_owned(),
        )),
    }
}

/// How it ended, and `options` before the end; no configuration.
pub(crate) async fn archive(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let connection = find(&engine, &caller, id).await?;
    let ending = engine.migration_ending(&connection).await?;
    let ending = ending.ok_or(Error::NotFound)?;
    let mut shown = ending_json(&ending);
    shown["options"] = Value::Object(ending.options);
    Ok(Json(shown))
}

async fn shown(engine: &Engine, connection: &Connection) -> Result<Json<Value>, Error> {
    let mut shown = engine.migration(connection).await?.to_json();
    let ending = engine.migration_ending(connection).await?;
    shown["ended"] = ending.as_ref().map_or(json!(null), ending_json);
    Ok(Json(shown))
}

async fn find(engine: &Engine, caller: &Bearer, id: String) -> Result<Connection, Error> {
    let id = ConnectionId::from_text(id);
    let connection = engine.store().connection(caller.tenant(), &id).await?;
    connection.ok_or(Error::NoConnection)
}
