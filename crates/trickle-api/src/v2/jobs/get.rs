//! `GET /api/v2/jobs/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use jiff::SignedDuration;
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::{JobId, TenantId};
use trickle_store::{Job, JobKind, JobStatus, Store};

use super::view::view_with_progress;
use crate::v2::{Bearer, Error};

/// How long a link to an export works; asking for the job gives another.
const LINK: SignedDuration = SignedDuration::from_secs(60);

/// How far a job is. The link to an export is for those who may read users.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let job = find(engine.store(), caller.tenant(), id).await?;
    let now = engine.clock().now();
    let mut shown = view_with_progress(&job, now);
    let is_export = job.kind == JobKind::UsersExport && job.status == JobStatus::Completed;
    if is_export && caller.has("read:users") {
        let token = engine.store().seal_link(&job, now + LINK);
        let name = super::download::file_name(&job);
        let location = format!("{}u/exports/{token}/{name}", caller.site.issuer());
        shown["location"] = location.into();
    }
    Ok(Json(shown))
}

pub(super) async fn find(store: &Store, tenant: &TenantId, id: String) -> Result<Job, Error> {
    let found = store.job(tenant, &JobId::from_text(id)).await?;
    found.ok_or(Error::NoJob)
}
