//! `POST /api/v2/jobs/users-exports`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::{ConnectionId, JobId};
use trickle_store::{Job, JobCounts, JobKind, JobStatus};

use super::{fields::Columns, view::view};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
};

/// Orders a file of users. The file is written as it is fetched, so that no copy of the users lies about.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let connection = fields.text("connection_id")?.map(ConnectionId::from_text);
    let format = fields.text("format")?.unwrap_or_else(|| "json".to_owned());
    if format != "json" && format != "csv" {
        return Err(Error::Body(
            "Expected json or csv on property format".to_owned(),
        ));
    }
    let limit = match fields.take("limit") {
        None => None,
        Some(value) => match value.as_u64() {
            Some(limit) if limit > 0 => Some(limit),
            _ => return Err(wrong_type("limit", "integer", &value)),
        },
    };
    let columns = fields.take("fields");
    if let Some(columns) = &columns {
        Columns::parse(columns, format == "csv").map_err(Error::Body)?;
    }
    fields.finish()?;
    if let Some(id) = &connection {
        let found = engine.store().connection(caller.tenant(), id).await?;
        found.ok_or(Error::UnknownConnection)?;
    }
    let mut details = Map::new();
    details.insert("format".to_owned(), format.into());
    details.insert("limit".to_owned(), limit.into());
    details.insert("fields".to_owned(), columns.unwrap_or_default());
    let now = engine.clock().now();
    let job = Job {
        id: JobId::generate(&mut OsRng.unwrap_err()),
        tenant: caller.tenant().clone(),
        kind: JobKind::UsersExport,
        status: JobStatus::Completed,
        connection,
        details,
        reason: None,
        counts: JobCounts::default(),
        created_at: now,
        started_at: Some(now),
        ended_at: Some(now),
    };
    engine.store().add_job(&job, None).await?;
    // Callers wait for a change of the status.
    let mut shown = view(&job);
    shown["status"] = JobStatus::Pending.as_str().into();
    Ok((StatusCode::CREATED, Json(shown)))
}
