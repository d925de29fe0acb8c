//! The roll of a migration and who on it has not moved: `…/migration/roll`, `…/stragglers` and `…/tickets`; not known to other products.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use trickle_engine::{Engine, StragglerBatch, StragglerOrder, StragglerTicket};
use trickle_model::{Connection, ConnectionId, iso_millis};
use trickle_store::RollEntry;

use super::migration::cell;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    query::Query,
};

/// Most people of one request.
pub(super) const MOST_ADDED: usize = 5_000;
const MOST_LISTED: u64 = 1_000;
const USUAL_LISTED: u64 = 100;
/// Most links of one request.
pub(super) const MOST_TICKETS: u64 = 50;
const USUAL_TICKETS: u64 = 20;
const SECONDS_MAX: i64 = 365 * 86_400;
/// An identifier is no longer than an address.
const IDENTIFIER_MAX_BYTES: usize = 254;

/// Puts people on the roll: `{"users": [{"identifier", "last_seen"}]}`.
pub(super) async fn add(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let users = match fields.take("users") {
        Some(Value::Array(users)) if users.len() <= MOST_ADDED => users,
        Some(Value::Array(_)) => {
            let why = format!("Expected at most {MOST_ADDED} items on property users");
            return Err(Error::Body(why));
        }
        Some(other) => return Err(wrong_type("users", "array", &other)),
        None => return Err(Error::Body("Missing required property: users".to_owned())),
    };
    fields.finish()?;
    let entries = users.into_iter().map(entry).collect::<Result<_, _>>()?;
    let connection = find(&engine, &caller, id).await?;
    engine.add_to_roll(&connection, entries).await?;
    Ok(Json(engine.migration(&connection).await?.to_json()))
}

fn entry(user: Value) -> Result<RollEntry, Error> {
    let mut fields = Fields::new(Body(user))?;
    let identifier = fields.required_text("identifier")?;
    if identifier.trim().is_empty() || identifier.len() > IDENTIFIER_MAX_BYTES {
        return Err(Error::Body(format!(
            "Expected 1 to {IDENTIFIER_MAX_BYTES} bytes on property identifier"
        )));
    }
    let last_seen = match fields.text("last_seen")? {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Error::Body("Expected a time as 2024-01-31T00:00:00Z on property last_seen".to_owned())
        })?),
    };
    fields.finish()?;
    Ok(RollEntry {
        identifier,
        last_seen,
    })
}

/// Throws the roll away.
pub(super) async fn clear(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let connection = find(&engine, &caller, id).await?;
    engine.clear_roll(&connection).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who has not moved, by identifier: `take`, `from`, and `format` `json`, `ndjson` or `csv`.
pub(super) async fn stragglers(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let most = query
        .number("take", 1, MOST_LISTED)?
        .unwrap_or(USUAL_LISTED);
    let format = Format::read(query.get("format"))?;
    let connection = find(&engine, &caller, id).await?;
    let found = engine
        .stragglers(&connection, query.get("from"), most)
        .await?;
    let next = (found.len() as u64 == most).then(|| found.last()).flatten();
    let next = next.map(|last| last.identifier.clone());
    let rows: Vec<Value> = found.iter().map(straggler).collect();
    Ok(format.answer("stragglers", &["identifier", "last_seen"], &rows, next))
}

/// Makes links for the next ones who have not moved: `take`, `from`, `ttl_sec`, `result_url`, `format`.
pub(super) async fn tickets(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Error> {
    let mut fields = Fields::new(body)?;
    let most = match fields.take("take") {
        None => USUAL_TICKETS,
        Some(value) => match value.as_u64() {
            Some(most) if (1..=MOST_TICKETS).contains(&most) => most,
            _ => return Err(wrong_type("take", "integer from 1 to 50", &value)),
        },
    };
    let seconds = match fields.take("ttl_sec") {
        None => None,
        Some(value) => match value.as_i64() {
            Some(seconds) if (1..=SECONDS_MAX).contains(&seconds) => Some(seconds),
            _ => return Err(wrong_type("ttl_sec", "integer", &value)),
        },
    };
    let result_url = fields.text("result_url")?;
    let is_link = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if result_url.as_ref().is_some_and(|url| !is_link(url)) {
        return Err(Error::Body(
            "Expected an http or https address on property result_url".to_owned(),
        ));
    }
    let order = StragglerOrder {
        after: fields.text("from")?,
        most,
        result_url,
        seconds,
    };
    let format = fields.text("format")?;
    let format = Format::read(format.as_deref())?;
    fields.finish()?;
    let connection = find(&engine, &caller, id).await?;
    let made = engine
        .straggler_tickets(&connection, &order, &caller.caller())
        .await?;
    match made {
        StragglerBatch::UnderWay => Err(Error::Conflict(
            "Links are being made for this connection already.".to_owned(),
        )),
        StragglerBatch::Made { tickets, next } => {
            let issuer = caller.site.issuer();
            let rows: Vec<Value> = tickets.iter().map(|one| ticket(one, &issuer)).collect();
            let columns = ["identifier", "last_seen", "email", "ticket", "reason"];
            let mut response = format.answer("tickets", &columns, &rows, next);
            *response.status_mut() = StatusCode::CREATED;
            Ok(response)
        }
    }
}

fn straggler(entry: &RollEntry) -> Value {
    json!({"identifier": entry.identifier, "last_seen": entry.last_seen.map(iso_millis)})
}

fn ticket(made: &StragglerTicket, issuer: &str) -> Value {
    let mut shown = straggler(&made.straggler);
    shown["email"] = json!(made.email);
    let (ticket, reason) = match &made.token {
        Ok(token) => {
            let url = format!("{issuer}u/reset-password?ticket={}", token.expose());
            (Some(url), None)
        }
        Err(why) => (None, Some(why)),
    };
    shown["ticket"] = json!(ticket);
    shown["reason"] = json!(reason);
    shown
}

/// In what form rows are given.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Ndjson,
    Csv,
}

impl Format {
    fn read(text: Option<&str>) -> Result<Self, Error> {
        match text {
            None | Some("json") => Ok(Self::Json),
            Some("ndjson") => Ok(Self::Ndjson),
            Some("csv") => Ok(Self::Csv),
            Some(_) => Err(Error::Query(
                "Expected json, ndjson or csv on property format".to_owned(),
            )),
        }
    }

    /// Where the body has no place for it, `next` is in the header `x-next`, percent-encoded.
    fn answer(self, key: &str, columns: &[&str], rows: &[Value], next: Option<String>) -> Response {
        let (kind, text) = match self {
            Self::Json => {
                let mut shown = json!({key: rows});
                if let Some(next) = next {
                    shown["next"] = next.into();
                }
                return Json(shown).into_response();
            }
            Self::Ndjson => {
                let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
                ("application/x-ndjson", text)
            }
            Self::Csv => ("text/csv; charset=utf-8", csv(columns, rows)),
        };
        let mut response = ([(header::CONTENT_TYPE, kind)], text).into_response();
        let next = next.map(|next| utf8_percent_encode(&next, NON_ALPHANUMERIC).to_string());
        if let Some(value) = next.and_then(|next| next.parse().ok()) {
            response.headers_mut().insert("x-next", value);
        }
        response
    }
}

fn csv(columns: &[&str], rows: &[Value]) -> String {
    let mut text = columns.join(",");
    text.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|name| cell(&row[*name])).collect();
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

async fn find(engine: &Engine, caller: &Bearer, id: String) -> Result<Connection, Error> {
    let id = ConnectionId::from_text(id);
    let connection = engine.store().connection(caller.tenant(), &id).await?;
    connection.ok_or(Error::NoConnection)
}
