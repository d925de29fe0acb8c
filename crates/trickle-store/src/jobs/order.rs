use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, Executor};
use trickle_model::{ConnectionId, JobId, TenantId};

use super::read::{JobRow, count_open, job_columns, select_job};
use super::{Job, Lease};
use crate::column::{number, object, text};
use crate::connections::hold_tenant;
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::stored::remove;
use crate::{Store, StoreError};

const ADD: &str = "add the job";
const ORDER: &str = "order the job";

/// What became of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum OrderJob {
    /// It waits for its turn.
    Ordered(Box<Job>),
    /// The same was ordered before.
    Same(Box<Job>),
    /// There is no such upload any more.
    Gone,
    /// Rows of the upload are missing: a crash may have taken them back (docs/decisions/0134).
    Incomplete,
}

impl Store {
    /// Adds a job; one that is being uploaded is its holder's.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.add", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn add_job(&self, job: &Job, lease: Option<&Lease>) -> Result<(), StoreError> {
        insert(job, lease, &self.write).await
    }

    /// Adds a job that is being uploaded, its holder's; false where the tenant has so many that have not ended.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.begin", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn begin_job(&self, job: &Job, lease: &Lease, most: u64) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        // Two at once do not both take the last place.
        hold_tenant(&job.tenant, &mut tx).await?;
        if count_open(&job.tenant, &mut *tx).await? >= most {
            return Ok(false);
        }
        insert(job, Some(lease), &mut *tx).await?;
        tx.commit().await.step(ADD)?;
        Ok(true)
    }

    /// Everything of a job has been uploaded, so many rows: from now on it waits for its turn. Where another job of the connection was
    /// ordered by the same details and has not ended before `same_since`, the job goes, and the other one stands for both.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.order", skip_all, fields(tenant.id = %tenant, job.id = %id))]
    pub async fn order_job(
        &self,
        tenant: &TenantId,
        (id, rows): (&JobId, u64),
        connection: &ConnectionId,
        details: &Map<String, Value>,
        (now, same_since): (Timestamp, Timestamp),
    ) -> Result<OrderJob, StoreError> {
        let mut tx = self.begin_write().await?;
        if let Dialect::Postgres = self.dialect {
            // One order of a connection at a time, so that one of two is the first.
            sqlx::query(
                "SELECT 1 FROM connections WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
            )
            .bind(text(tenant.as_str()))
            .bind(text(connection.as_str()))
            .execute(&mut *tx)
            .await
            .step(ORDER)?;
        }
        let same: Option<JobRow> = sqlx::query_as(select_job!(
            "WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'users_import' AND details = $3 AND id <> $4 \
             AND (status = 'pending' OR (status = 'completed' AND ended_at >= $5)) ORDER BY created_at LIMIT 1"
        ))
        .bind(text(tenant.as_str()))
        .bind(text(connection.as_str()))
        .bind(object(details))
        .bind(text(id.as_str()))
        .bind(same_since.as_millisecond())
        .fetch_optional(&mut *tx)
        .await
        .step(ORDER)?;
        let outcome = if let Some(same) = same {
            remove("jobs", (tenant, id.as_str()), ORDER, &mut *tx).await?;
            OrderJob::Same(Box::new(Job::try_from(same)?))
        } else {
            let ordered: Option<JobRow> = sqlx::query_as(concat!(
                "UPDATE jobs SET status = 'pending', connection_id = $3, details = $4, turn_at = $5, holder = NULL, \
                 held_until = 0 WHERE tenant_id = $1 AND id = $2 AND status = 'receiving' AND rows_total = $6 RETURNING ",
                job_columns!()
            ))
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .bind(text(connection.as_str()))
            .bind(object(details))
            .bind(now.as_millisecond())
            .bind(number(rows))
            .fetch_optional(&mut *tx)
            .await
            .step(ORDER)?;
            match ordered {
                Some(ordered) => OrderJob::Ordered(Box::new(Job::try_from(ordered)?)),
                None => missing(tenant, id, &mut tx).await?,
            }
        };
        // What could fail has not: nobody is told of an error when the job is ordered.
        tx.commit().await.step(ORDER)?;
        Ok(outcome)
    }

    /// Removes a job with all that was uploaded for it; false when it is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.remove", skip_all, fields(tenant.id = %tenant, job.id = %id))]
    pub async fn remove_job(&self, tenant: &TenantId, id: &JobId) -> Result<bool, StoreError> {
        remove("jobs", (tenant, id.as_str()), "remove the job", &self.write).await
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

/// Why an upload cannot be ordered.
async fn missing(
    tenant: &TenantId,
    id: &JobId,
    tx: &mut AnyConnection,
) -> Result<OrderJob, StoreError> {
    let received: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND id = $2 AND status = 'receiving'",
    )
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .fetch_one(tx)
    .await
    .step(ORDER)?;
    Ok(if received == 0 {
        OrderJob::Gone
    } else {
        OrderJob::Incomplete
    })
}

async fn insert(
    job: &Job,
    lease: Option<&Lease>,
    executor: impl Executor<'_, Database = Any>,
) -> Result<(), StoreError> {
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
    .execute(executor)
    .await
    .exactly_one(ADD)
}
