use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{ConnectionId, JobId, TenantId};

use super::{Job, Lease};
use crate::column::{number, object, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

impl Store {
    /// Adds a job; one that is being uploaded is its holder's.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.add", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn add_job(&self, job: &Job, lease: Option<&Lease>) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO jobs (tenant_id, id, kind, status, connection_id, details, reason, rows_total, \
             rows_inserted, rows_updated, rows_failed, created_at, started_at, ended_at, turn_at, holder, held_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $15, $16)",
        )
        .bind(text(job.tenant.as_str()))
        .bind(text(job.id.as_str()))
        .bind(job.kind.as_str())
        .bind(job.status.as_str())
        .bind(job.connection.as_ref().map(|id| text(id.as_str())))
        .bind(object(&job.details))
        .bind(job.reason.as_deref().map(text))
        .bind(number(job.counts.total))
        .bind(number(job.counts.inserted))
        .bind(number(job.counts.updated))
        .bind(number(job.counts.failed))
        .bind(job.created_at.as_millisecond())
        .bind(job.started_at.map(Timestamp::as_millisecond))
        .bind(job.ended_at.map(Timestamp::as_millisecond))
        .bind(lease.map(|lease| text(&lease.holder)))
        .bind(lease.map_or(0, |lease| lease.until.as_millisecond()))
        .execute(&self.write)
        .await
        .exactly_one("add the job")
    }

    /// Everything of a job has been uploaded: from now on it waits for its turn. False when it is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.order", skip_all, fields(tenant.id = %tenant, job.id = %id))]
    pub async fn order_job(
        &self,
        tenant: &TenantId,
        id: &JobId,
        connection: &ConnectionId,
        details: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE jobs SET status = 'pending', connection_id = $3, details = $4, turn_at = $5, holder = NULL, \
             held_until = 0 WHERE tenant_id = $1 AND id = $2 AND status = 'receiving'",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(text(connection.as_str()))
        .bind(object(details))
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("order the job")
    }

    /// Removes a job with all that was uploaded for it; false when it is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.remove", skip_all, fields(tenant.id = %tenant, job.id = %id))]
    pub async fn remove_job(&self, tenant: &TenantId, id: &JobId) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM jobs WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .execute(&self.write)
            .await
            .at_most_one("remove the job")
    }

    /// Removes jobs that ended before a time, and uploads that nobody goes on with.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.sweep", skip_all)]
    pub async fn sweep_jobs(
        &self,
        ended_before: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM jobs WHERE ended_at < $1 OR (status = 'receiving' AND held_until < $2)",
        )
        .bind(ended_before.as_millisecond())
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .step("remove old jobs")
        .map(drop)
    }
}
