use jiff::Timestamp;
use sqlx::{AnyConnection, FromRow};
use trickle_model::{Event, JobId, TenantId};

use super::read::{JobRow, select_job};
use super::{Job, JobStatus, Lease};
use crate::column::{number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError, events};

const TAKE: &str = "take a job's turn";
const END: &str = "end the job";

#[derive(FromRow)]
struct Waiting {
    tenant_id: String,
    id: String,
}

/// Rows that one step of a job has dealt with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) inserted: u64,
    pub(crate) updated: u64,
    pub(crate) failed: u64,
}

/// Counts a step of a job in its own transaction and prolongs the lease; false when the job is another node's by now.
pub(crate) async fn advance(
    tenant: &TenantId,
    id: &JobId,
    lease: &Lease,
    progress: Progress,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    sqlx::query(
        "UPDATE jobs SET rows_inserted = rows_inserted + $4, rows_updated = rows_updated + $5, \
         rows_failed = rows_failed + $6, held_until = $7 \
         WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND status = 'pending'",
    )
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .bind(text(&lease.holder))
    .bind(number(progress.inserted))
    .bind(number(progress.updated))
    .bind(number(progress.failed))
    .bind(lease.until.as_millisecond())
    .execute(tx)
    .await
    .at_most_one("count the job's rows")
}

impl Store {
    /// The job that has waited longest, from now on the caller's.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.take_turn", skip_all)]
    pub async fn take_turn(
        &self,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let waiting: Vec<Waiting> = sqlx::query_as(
            "SELECT tenant_id, id FROM jobs WHERE status = 'pending' AND held_until <= $1 \
             ORDER BY turn_at, id LIMIT 20",
        )
        .bind(now.as_millisecond())
        .fetch_all(&self.read)
        .await
        .step(TAKE)?;
        for job in waiting {
            // Another node may be faster.
            let taken = sqlx::query(
                "UPDATE jobs SET holder = $3, held_until = $4, turn_at = $5, \
                 started_at = COALESCE(started_at, $5) \
                 WHERE tenant_id = $1 AND id = $2 AND status = 'pending' AND held_until <= $5",
            )
            .bind(&job.tenant_id)
            .bind(&job.id)
            .bind(text(&lease.holder))
            .bind(lease.until.as_millisecond())
            .bind(now.as_millisecond())
            .execute(&self.write)
            .await
            .at_most_one(TAKE)?;
            if taken {
                return sqlx::query_as::<_, JobRow>(select_job!(
                    "WHERE tenant_id = $1 AND id = $2"
                ))
                .bind(&job.tenant_id)
                .bind(&job.id)
                .fetch_optional(&self.write)
                .await
                .step(TAKE)?
                .map(Job::try_from)
                .transpose();
            }
        }
        Ok(None)
    }

    /// Whether jobs wait that nobody works on.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.wait", skip_all)]
    pub async fn jobs_wait(&self, now: Timestamp) -> Result<bool, StoreError> {
        let waiting: Option<(String,)> = sqlx::query_as(
            "SELECT id FROM jobs WHERE status = 'pending' AND held_until <= $1 LIMIT 1",
        )
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await
        .step("look for jobs that wait")?;
        Ok(waiting.is_some())
    }

    /// Gives a job back, behind those that wait; false when it is another node's by now.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.pass_on", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn pass_turn(
        &self,
        job: &Job,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE jobs SET holder = NULL, held_until = 0, turn_at = $4 \
             WHERE tenant_id = $1 AND id = $2 AND holder = $3",
        )
        .bind(text(job.tenant.as_str()))
        .bind(text(job.id.as_str()))
        .bind(text(&lease.holder))
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("pass a job's turn on")
    }

    /// Ends a job, with its log entry; what is left of its upload goes. False when it is another node's by now, or is said to be completed
    /// while something of its upload is left: a crash may have brought back what this node took over (docs/decisions/0134).
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.end", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn end_job(
        &self,
        job: &Job,
        lease: &Lease,
        status: JobStatus,
        reason: Option<&str>,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        let ended = sqlx::query(
            "UPDATE jobs SET status = $4, reason = $5, ended_at = $6, holder = NULL, held_until = 0 \
             WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND status = 'pending'",
        )
        .bind(text(job.tenant.as_str()))
        .bind(text(job.id.as_str()))
        .bind(text(&lease.holder))
        .bind(status.as_str())
        .bind(reason.map(text))
        .bind(event.at.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(END)?;
        if !ended {
            return Ok(false);
        }
        let left = sqlx::query("DELETE FROM job_chunks WHERE tenant_id = $1 AND job_id = $2")
            .bind(text(job.tenant.as_str()))
            .bind(text(job.id.as_str()))
            .execute(&mut *tx)
            .await
            .step(END)?;
        if status == JobStatus::Completed && left.rows_affected() > 0 {
            return Ok(false);
        }
        events::insert(event, &mut *tx).await?;
        tx.commit().await.step(END)?;
        Ok(true)
    }

    /// Takes all jobs from the nodes that held them: for a store that one node has, when it starts.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.jobs.release_all", skip_all)]
    pub async fn release_jobs(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE jobs SET held_until = 0 WHERE status IN ('receiving', 'pending')")
            .execute(&self.write)
            .await
            .step("release the jobs of the last run")
            .map(drop)
    }
}
