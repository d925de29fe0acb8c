use sqlx::{Any, Executor, FromRow};
use trickle_model::{ConnectionId, JobId, TenantId};

use super::{Job, JobCounts, JobKind, JobStatus};
use crate::column::{Row, counted, text};
use crate::error::Step;
use crate::{Store, StoreError};

/// The columns of all of a job.
macro_rules! job_columns {
    () => {
        "tenant_id, id, kind, status, connection_id, details, reason, rows_total, rows_inserted, \
         rows_updated, rows_failed, created_at, started_at, ended_at"
    };
}
pub(super) use job_columns;

/// `SELECT` of all of a job, with what follows.
macro_rules! select_job {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::jobs::read::job_columns!(),
            " FROM jobs ",
            $rest
        )
    };
}
pub(super) use select_job;

#[derive(FromRow)]
pub(super) struct JobRow {
    tenant_id: String,
    id: String,
    kind: String,
    status: String,
    connection_id: Option<String>,
    details: String,
    reason: Option<String>,
    rows_total: i64,
    rows_inserted: i64,
    rows_updated: i64,
    rows_failed: i64,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

impl TryFrom<JobRow> for Job {
    type Error = StoreError;

    fn try_from(job: JobRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "jobs",
            id: &job.id,
        };
        let kind = JobKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == job.kind);
        let status = JobStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == job.status);
        Ok(Self {
            kind: kind.ok_or_else(|| row.inconsistent("kind", "there is no such kind"))?,
            status: status.ok_or_else(|| row.inconsistent("status", "there is no such status"))?,
            details: row.object("details", &job.details)?,
            counts: JobCounts {
                total: row.count("rows_total", job.rows_total)?,
                inserted: row.count("rows_inserted", job.rows_inserted)?,
                updated: row.count("rows_updated", job.rows_updated)?,
                failed: row.count("rows_failed", job.rows_failed)?,
            },
            created_at: row.time("created_at", job.created_at)?,
            started_at: row.optional_time("started_at", job.started_at)?,
            ended_at: row.optional_time("ended_at", job.ended_at)?,
            id: JobId::from_text(job.id.as_str()),
            tenant: TenantId::from_text(job.tenant_id),
            connection: job.connection_id.map(ConnectionId::from_text),
            reason: job.reason,
        })
    }
}

impl Store {
    /// A job of a tenant; one that is still being uploaded is none yet.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.job", skip_all, fields(tenant.id = %tenant, job.id = %id))]
    pub async fn job(&self, tenant: &TenantId, id: &JobId) -> Result<Option<Job>, StoreError> {
        sqlx::query_as::<_, JobRow>(select_job!(
            "WHERE tenant_id = $1 AND id = $2 AND status <> 'receiving'"
        ))
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .fetch_optional(&self.read)
        .await
        .step("find the job")?
        .map(Job::try_from)
        .transpose()
    }

    /// Jobs of a tenant that have not ended, those being uploaded among them.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.count_open", skip_all, fields(tenant.id = %tenant))]
    pub async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        count_open(tenant, &self.read).await
    }
}

pub(super) async fn count_open(
    tenant: &TenantId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND status IN ('receiving', 'pending')",
    )
    .bind(text(tenant.as_str()))
    .fetch_one(executor)
    .await
    .step("count the open jobs")?;
    Ok(counted(count))
}
