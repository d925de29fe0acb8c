use sqlx::FromRow;
use trickle_model::{JobId, TenantId};
use zeroize::Zeroizing;

use super::{Job, Lease};
use crate::column::{Row, number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const ADD: &str = "keep what was uploaded";

/// A part of an upload.
#[derive(Clone, Copy, Debug)]
pub struct NewChunk<'a> {
    /// Its place.
    pub number: u64,
    /// How many rows are in it.
    pub rows: u64,
    /// The rows in the caller's own layout.
    pub clear: &'a [u8],
}

/// A part of an upload, opened.
#[derive(Debug)]
pub struct Chunk {
    /// Its place.
    pub number: u64,
    /// The rows in the caller's own layout.
    pub clear: Zeroizing<Vec<u8>>,
}

#[derive(FromRow)]
struct ChunkRow {
    number: i64,
    sealed: String,
}

/// Opens in its own row only.
fn place<'a>(tenant: &'a TenantId, job: &'a JobId, number: &'a str) -> [&'a str; 4] {
    ["job_chunk", tenant.as_str(), job.as_str(), number]
}

impl Store {
    /// Keeps parts of an upload, sealed, all or none; false when the job is gone or another node's.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.job_chunks.add", skip_all, fields(tenant.id = %tenant, job.id = %job))]
    pub async fn add_job_chunks(
        &self,
        tenant: &TenantId,
        job: &JobId,
        lease: &Lease,
        chunks: &[NewChunk<'_>],
    ) -> Result<bool, StoreError> {
        let seal = |chunk: &NewChunk<'_>| {
            let place_number = chunk.number.to_string();
            self.vault
                .seal(chunk.clear, &place(tenant, job, &place_number))
        };
        let sealed: Vec<String> = chunks.iter().map(seal).collect();
        let rows = chunks.iter().map(|chunk| chunk.rows).sum();
        let mut tx = self.begin_part().await?;
        let held = sqlx::query(
            "UPDATE jobs SET rows_total = rows_total + $3, held_until = $5 \
             WHERE tenant_id = $1 AND id = $2 AND holder = $4 AND status = 'receiving'",
        )
        .bind(text(tenant.as_str()))
        .bind(text(job.as_str()))
        .bind(number(rows))
        .bind(text(&lease.holder))
        .bind(lease.until.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(ADD)?;
        if !held {
            return Ok(false);
        }
        for (chunk, sealed) in chunks.iter().zip(sealed) {
            sqlx::query(
                "INSERT INTO job_chunks (tenant_id, job_id, number, sealed) VALUES ($1, $2, $3, $4)",
            )
            .bind(text(tenant.as_str()))
            .bind(text(job.as_str()))
            .bind(number(chunk.number))
            .bind(sealed)
            .execute(&mut *tx)
            .await
            .exactly_one(ADD)?;
        }
        tx.commit().await.step(ADD)?;
        Ok(true)
    }

    /// The first part of a job's upload that is still there, of those from this number on.
    ///
    /// # Errors
    /// The store fails, or the part cannot be opened.
    #[tracing::instrument(name = "db.job_chunks.next", skip_all, fields(tenant.id = %job.tenant, job.id = %job.id))]
    pub async fn next_chunk(&self, job: &Job, from: u64) -> Result<Option<Chunk>, StoreError> {
        let found: Option<ChunkRow> = sqlx::query_as(
            "SELECT number, sealed FROM job_chunks WHERE tenant_id = $1 AND job_id = $2 AND number >= $3 ORDER BY number LIMIT 1",
        )
        .bind(text(job.tenant.as_str()))
        .bind(text(job.id.as_str()))
        .bind(number(from))
        .fetch_optional(&self.read)
        .await
        .step("read what was uploaded")?;
        let Some(found) = found else { return Ok(None) };
        let row = Row {
            table: "job_chunks",
            id: job.id.as_str(),
        };
        let place_number = found.number.to_string();
        let clear = self
            .vault
            .unseal(&found.sealed, &place(&job.tenant, &job.id, &place_number))
            .map_err(|error| row.inconsistent("sealed", error))?;
        Ok(Some(Chunk {
            number: row.count("number", found.number)?,
            clear,
        }))
    }
}
