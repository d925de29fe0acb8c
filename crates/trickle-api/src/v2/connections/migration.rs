//! `GET` and `PATCH /api/v2/connections/{id}/migration`, `POST …/migration/count`, `GET /api/v2/connections/{id}/ledger`: not known to other products.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use trickle_engine::{Engine, LegacyCount, MigrationSettings, ending_json};
use trickle_model::{
    Action, Connection, ConnectionId, EventId, ExecutionId, Outcome, UserId, iso_millis,
};
use trickle_store::LedgerEntry;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    query::Query,
};

/// Most lines of one answer.
const MOST: u64 = 1_000;
const USUAL: u64 = 100;

/// How far the migration is.
pub(crate) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let connection = connection(&engine, &caller, id).await?;
    let mut shown = engine.migration(&connection).await?.to_json();
    let ending = engine.migration_ending(&connection).await?;
    shown["ended"] = ending.as_ref().map_or(Value::Null, ending_json);
    Ok(Json(shown))
}

/// Sets `total`, the number of users in the legacy store; `null` unsets it.
pub(crate) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let total = match fields.take("total") {
        None => None,
        Some(value) => match value.as_u64() {
            Some(total) => Some(total),
            None => return Err(wrong_type("total", "integer", &value)),
        },
    };
    fields.finish()?;
    let connection = connection(&engine, &caller, id).await?;
    engine
        .set_migration(&connection, MigrationSettings { total })
        .await?;
    Ok(Json(engine.migration(&connection).await?.to_json()))
}

/// Runs the `count` script.
pub(crate) async fn count(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let connection = connection(&engine, &caller, id).await?;
    let failed = match engine
        .count_legacy_users(&connection, &caller.caller())
        .await?
    {
        LegacyCount::Counted(_) => {
            return Ok(Json(engine.migration(&connection).await?.to_json()));
        }
        LegacyCount::NoScript => {
            return Err(Error::Conflict(format!(
                "The connection has no count script; store one under options.{}.",
                Action::Count.place()
            )));
        }
        LegacyCount::Failed(execution) => execution,
    };
    let why = failed.report.sentence();
    Err(match failed.report.outcome {
        Outcome::LegacyStoreDown(..) => Error::LegacyStoreDown(why),
        Outcome::Busy => Error::Busy,
        _ => Error::Script(why),
    })
}

/// Attempts, newest first: `take` and `from` as in other lists, `format` `json`, `ndjson` or `csv`.
pub(crate) async fn ledger(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let most = query.number("take", 1, MOST)?.unwrap_or(USUAL);
    let before = query.get("from").map(EventId::from_text);
    let connection = connection(&engine, &caller, id).await?;
    let lines = engine.ledger(&connection, before.as_ref(), most).await?;
    match query.get("format").unwrap_or("json") {
        "json" => {
            let next = (lines.len() as u64 == most).then(|| lines.last()).flatten();
            let mut shown = json!({"ledger": lines.iter().map(view).collect::<Value>()});
            if let Some(next) = next {
                shown["next"] = next.id.as_str().into();
            }
            Ok(Json(shown).into_response())
        }
        "ndjson" => {
            let text: String = lines
                .iter()
                .map(|line| format!("{}\n", view(line)))
                .collect();
            Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], text).into_response())
        }
        "csv" => Ok((
            [(header::CONTENT_TYPE, "text/csv; charset=utf-8")],
            csv(&lines),
        )
            .into_response()),
        _ => Err(Error::Query(
            "Expected json, ndjson or csv on property format".to_owned(),
        )),
    }
}

async fn connection(engine: &Engine, caller: &Bearer, id: String) -> Result<Connection, Error> {
    let id = ConnectionId::from_text(id);
    let connection = engine.store().connection(caller.tenant(), &id).await?;
    connection.ok_or(Error::NoConnection)
}

fn view(line: &LedgerEntry) -> Value {
    json!({
        "id": line.id.as_str(), "date": iso_millis(line.at), "outcome": line.outcome, "reason": line.reason,
        "user_id": line.user.as_ref().map(UserId::as_str),
        "execution_id": line.execution.as_ref().map(ExecutionId::as_str), "revision": line.revision,
        "script_version": line.script_version,
        "worker": line.worker, "queue_ms": line.queue_ms, "boot_ms": line.boot_ms, "script_ms": line.script_ms,
        "rest_ms": line.rest_ms, "kind": line.kind, "hash_ms": line.hash_ms,
    })
}

const COLUMNS: [&str; 15] = [
    "id",
    "date",
    "outcome",
    "reason",
    "user_id",
    "execution_id",
    "revision",
    "script_version",
    "worker",
    "queue_ms",
    "boot_ms",
    "script_ms",
    "rest_ms",
    "kind",
    "hash_ms",
];

fn csv(lines: &[LedgerEntry]) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for line in lines {
        let shown = view(line);
        let cells: Vec<String> = COLUMNS.iter().map(|name| cell(&shown[*name])).collect();
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

/// RFC 4180; what a spreadsheet would take for a formula gets an apostrophe.
pub(crate) fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = if value.is_string() && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        for (text, shown) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=1+1", "'=1+1"),
            ("", ""),
        ] {
            assert_eq!(cell(&text.into()), shown);
        }
        assert_eq!(cell(&json!(-1)), "-1");
    }
}
