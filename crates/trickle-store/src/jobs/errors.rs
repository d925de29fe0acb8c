use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{JobId, TenantId};

use crate::column::{Row, number, text};
use crate::error::Step;
use crate::{Store, StoreError};

/// Rows of one statement.
const GROUP: usize = 100;

/// A row that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    /// In the file, from 1.
    pub position: u64,
    /// A JSON object without secrets.
    pub entry: String,
}

#[derive(FromRow)]
struct ErrorRow {
    position: i64,
    entry: String,
}

pub(crate) async fn insert(
    tenant: &TenantId,
    job: &JobId,
    errors: &[JobError],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    for group in errors.chunks(GROUP) {
        let rows: Vec<String> = (0..group.len())
            .map(|n| format!("($1, $2, ${}, ${})", n * 2 + 3, n * 2 + 4))
            .collect();
        let sql = format!(
            "INSERT INTO job_errors (tenant_id, job_id, position, entry) VALUES {}",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(job.as_str()));
        for error in group {
            query = query.bind(number(error.position)).bind(text(&error.entry));
        }
        query
            .execute(&mut *tx)
            .await
            .step("keep the rows that failed")?;
    }
    Ok(())
}

impl Store {
    /// Rows of a job that were not taken over, those after `after`, in the file's order.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.job_errors.list", skip_all, fields(tenant.id = %tenant, job.id = %job))]
    pub async fn job_errors(
        &self,
        tenant: &TenantId,
        job: &JobId,
        after: u64,
        most: u64,
    ) -> Result<Vec<JobError>, StoreError> {
        let rows: Vec<ErrorRow> = sqlx::query_as(
            "SELECT position, entry FROM job_errors WHERE tenant_id = $1 AND job_id = $2 AND position > $3 \
             ORDER BY position LIMIT $4",
        )
        .bind(text(tenant.as_str()))
        .bind(text(job.as_str()))
        .bind(number(after))
        .bind(number(most))
        .fetch_all(&self.read)
        .await
        .step("read the rows that failed")?;
        let row = Row {
            table: "job_errors",
            id: job.as_str(),
        };
        let error = |error: ErrorRow| {
            Ok(JobError {
                position: row.count("position", error.position)?,
                entry: error.entry,
            })
        };
        rows.into_iter().map(error).collect()
    }
}
