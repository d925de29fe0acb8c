//! `GET /api/v2/jobs/{id}/errors`.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream::try_unfold;
use trickle_model::{JobId, TenantId};
use trickle_store::{Store, StoreError};

use super::get::find;
use crate::v2::{Bearer, Error};

/// Rows read at once.
const PAGE: u64 = 500;

/// Rows that were not taken over, as they are read from the store; nothing where there is none.
pub(super) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let job = find(&store, caller.tenant(), id).await?;
    let first = store.job_errors(&job.tenant, &job.id, 0, 1).await?;
    if first.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let reader = Reader {
        store,
        tenant: job.tenant,
        job: job.id,
        after: Some(0),
    };
    let body = Body::from_stream(try_unfold(reader, Reader::next));
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

struct Reader {
    store: Store,
    tenant: TenantId,
    job: JobId,
    /// Nothing once the list has ended.
    after: Option<u64>,
}

impl Reader {
    async fn next(mut self) -> Result<Option<(String, Self)>, StoreError> {
        let Some(after) = self.after else {
            return Ok(None);
        };
        let rows = self.store.job_errors(&self.tenant, &self.job, after, PAGE);
        let rows = rows.await?;
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            text.push(if after == 0 && at == 0 { '[' } else { ',' });
            text.push_str(&row.entry);
        }
        self.after = rows.last().map(|row| row.position);
        if self.after.is_none() {
            text.push(']');
        }
        Ok(Some((text, self)))
    }
}
