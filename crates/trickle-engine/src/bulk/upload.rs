//! From an upload to a job.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use trickle_model::{ConnectionId, JobId, TenantId};
use trickle_store::{Job, JobCounts, JobKind, JobStatus, Lease, NewChunk, OrderJob};

use super::ImportOrder;
use super::file::{FileError, FileReader};
use super::window::{Part, Window};
use crate::engine::entropy;
use crate::{Engine, EngineError};

/// Uploads and imports of one tenant that may be open at once.
const OPEN_MAX: u64 = 20;
/// An upload that says nothing for so long is dropped.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// Parts that are kept in one transaction.
const PARTS_AT_ONCE: usize = 4;
/// An order with a name of the caller's own that comes again so soon after its job has ended is a client's second attempt: their SDKs
/// repeat a POST whose answer was lost.
const REPEATS: SignedDuration = SignedDuration::from_secs(30);

/// Why an upload is refused. Nothing of it is kept then.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is no file of users.
    #[error(transparent)]
    File(FileError),
    /// Beyond the operator's limit.
    #[error("the file takes more than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The tenant has too many jobs that have not ended.
    #[error("there are {OPEN_MAX} jobs that have not ended")]
    TooMany,
    /// The upload was removed meanwhile.
    #[error("the upload took too long")]
    Gone,
    /// A crash of the database took some of it back.
    #[error("the database has lost rows of the upload")]
    Incomplete,
    /// We failed.
    #[error(transparent)]
    Engine(EngineError),
}

/// An upload that has begun. Dropped before [`finish`](Self::finish), nothing of it stays.
pub struct Upload {
    engine: Engine,
    tenant: TenantId,
    id: JobId,
    holder: String,
    limit_bytes: Option<u64>,
    bytes: u64,
    /// That were kept.
    rows: u64,
    digest: Sha256,
    reader: FileReader,
    window: Window,
    is_ordered: bool,
}

impl std::fmt::Debug for Upload {
    /// What is read holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({})", self.id)
    }
}

impl Engine {
    /// Begins an upload.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn begin_upload(&self, tenant: &TenantId) -> Result<Upload, UploadError> {
        let store = &self.parts.store;
        let holder = JobId::generate(&mut entropy());
        let job = Job {
            id: JobId::generate(&mut entropy()),
            tenant: tenant.clone(),
            kind: JobKind::UsersImport,
            status: JobStatus::Receiving,
            connection: None,
            details: serde_json::Map::new(),
            reason: None,
            counts: JobCounts::default(),
            created_at: self.parts.clock.now(),
            started_at: None,
            ended_at: None,
        };
        let lease = Lease {
            holder: holder.as_str().to_owned(),
            until: job.created_at + SILENCE,
        };
        let begun = store.begin_job(&job, &lease, OPEN_MAX).await;
        let begun = begun.map_err(EngineError::store("begin the upload"));
        if !begun.map_err(UploadError::Engine)? {
            return Err(UploadError::TooMany);
        }
        Ok(Upload {
            engine: self.clone(),
            tenant: tenant.clone(),
            id: job.id,
            holder: lease.holder,
            limit_bytes: self.parts.settings.import_limit_bytes,
            bytes: 0,
            rows: 0,
            digest: Sha256::new(),
            reader: FileReader::default(),
            window: Window::new(store.writers()),
            is_ordered: false,
        })
    }
}

impl Upload {
    /// Takes more of the file.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        self.bytes += bytes.len() as u64;
        self.digest.update(bytes);
        if let Some(limit_bytes) = self.limit_bytes
            && self.bytes > limit_bytes
        {
            return Err(UploadError::TooLarge { limit_bytes });
        }
        let mut ready = Vec::new();
        let window = &mut self.window;
        let pushed = self.reader.push(bytes, &mut |row| {
            if window.add(row) {
                ready.extend(window.drain());
            }
            Ok(())
        });
        pushed.map_err(UploadError::File)?;
        self.keep(ready).await
    }

    /// The file has ended: it becomes a job that waits for its turn. Where the same file was ordered in the same way and that job has
    /// not ended, the answer is that job, and nothing is done twice.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn finish(
        mut self,
        connection: &ConnectionId,
        order: &ImportOrder,
    ) -> Result<Job, UploadError> {
        let mut ready = Vec::new();
        let window = &mut self.window;
        let finished = self.reader.finish(&mut |row| {
            if window.add(row) {
                ready.extend(window.drain());
            }
            Ok(())
        });
        finished.map_err(UploadError::File)?;
        ready.extend(self.window.drain());
        self.keep(ready).await?;
        let now = self.engine.parts.clock.now();
        let same_since = match &order.external_id {
            Some(_) => now - REPEATS,
            None => Timestamp::MAX,
        };
        let details = order.details(&hex::encode(self.digest.clone().finalize()));
        let store = &self.engine.parts.store;
        let ordered = store
            .order_job(
                &self.tenant,
                (&self.id, self.rows),
                connection,
                &details,
                (now, same_since),
            )
            .await;
        let ordered = ordered.map_err(EngineError::store("order the import"));
        let job = match ordered.map_err(UploadError::Engine)? {
            OrderJob::Ordered(job) | OrderJob::Same(job) => job,
            OrderJob::Gone => return Err(UploadError::Gone),
            OrderJob::Incomplete => return Err(UploadError::Incomplete),
        };
        self.is_ordered = true;
        self.engine.job_waits.notify_one();
        Ok(*job)
    }

    async fn keep(&mut self, parts: Vec<Part>) -> Result<(), UploadError> {
        if parts.is_empty() {
            return Ok(());
        }
        // A part is as large as its seal in memory: a few at a time.
        for parts in parts.chunks(PARTS_AT_ONCE) {
            let chunks: Vec<NewChunk<'_>> = parts.iter().map(chunk).collect();
            let store = &self.engine.parts.store;
            let kept = store
                .add_job_chunks(&self.tenant, &self.id, &self.lease(), &chunks)
                .await;
            let kept = kept.map_err(EngineError::store("keep what was uploaded"));
            if !kept.map_err(UploadError::Engine)? {
                return Err(UploadError::Gone);
            }
            self.rows += parts.iter().map(|part| part.rows).sum::<u64>();
        }
        Ok(())
    }

    fn lease(&self) -> Lease {
        Lease {
            holder: self.holder.clone(),
            until: self.engine.parts.clock.now() + SILENCE,
        }
    }
}

fn chunk(part: &Part) -> NewChunk<'_> {
    NewChunk {
        number: part.number,
        rows: part.rows,
        clear: &part.bytes,
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.is_ordered {
            return;
        }
        let (store, tenant, id) = (
            self.engine.parts.store.clone(),
            self.tenant.clone(),
            self.id.clone(),
        );
        // If this fails too, the sweep removes it.
        self.engine.spawn(async move {
            drop(store.remove_job(&tenant, &id).await);
        });
    }
}
