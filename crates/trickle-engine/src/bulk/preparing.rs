//! Checks parts of an import before they are taken over.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;
use trickle_model::{Connection, TenantId};
use trickle_store::{Chunk, Job, JobError, JobKind, OnExisting, ReadyRow};

use super::defect::{RowDefect, entry};
use super::layout;
use super::row::{RowRules, check_row};
use super::settings::ImportOrder;
use super::taking::TurnEnd;
use crate::{Engine, EngineError};

/// A part whose check panics so often ends its job.
const ATTEMPTS: u32 = 3;
const CHECK_FAILS: &str =
    "A defect of the server keeps it from checking some of the rows; its log says where.";

/// A part of an upload, checked.
pub(super) struct Prepared {
    pub(super) chunk: Arc<Chunk>,
    pub(super) rows: Vec<ReadyRow>,
    pub(super) unsound: Vec<JobError>,
}

/// What is the same for all parts of a job.
pub(super) struct Work {
    pub(super) job: Job,
    pub(super) connection: Connection,
    pub(super) order: ImportOrder,
    rules: RowRules,
}

impl Engine {
    pub(super) async fn prepare_work(&self, job: &Job) -> Result<Option<Work>, EngineError> {
        let id = job.connection.as_ref();
        let Some(id) = id.filter(|_| job.kind == JobKind::UsersImport) else {
            return Ok(None);
        };
        let connection = self.parts.store.connection(&job.tenant, id).await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        Ok(connection.map(|connection| {
            let order = ImportOrder::of(job);
            let rules = RowRules::new(connection.options.clone());
            Work {
                rules: match order.on_existing {
                    OnExisting::Change => rules.for_changes(),
                    OnExisting::Refuse => rules,
                },
                order,
                job: job.clone(),
                connection,
            }
        }))
    }

    /// Checks parts in their order, one ahead of those that are taken over, until there are no more, nobody takes them or one cannot be
    /// checked.
    pub(super) async fn prepare(
        &self,
        work: &Work,
        ready: mpsc::Sender<Prepared>,
    ) -> Result<TurnEnd, EngineError> {
        let mut from = 0;
        while let Ok(place) = ready.reserve().await
            && let Some(chunk) = self.chunk(work, from).await?
        {
            from = chunk.number + 1;
            match self.prepare_one(work, chunk).await? {
                Some(part) => place.send(part),
                None => return Ok(TurnEnd::Failed(CHECK_FAILS)),
            }
        }
        Ok(TurnEnd::Done)
    }

    async fn chunk(&self, work: &Work, from: u64) -> Result<Option<Chunk>, EngineError> {
        let chunk = self.parts.store.next_chunk(&work.job, from).await;
        chunk.map_err(EngineError::store("read what was uploaded"))
    }

    /// Nothing where the check panics each time.
    async fn prepare_one(
        &self,
        work: &Work,
        chunk: Chunk,
    ) -> Result<Option<Prepared>, EngineError> {
        let chunk = Arc::new(chunk);
        for _ in 0..ATTEMPTS {
            let (chunk, parts) = (Arc::clone(&chunk), Arc::clone(&self.parts));
            let (rules, tenant) = (work.rules.clone(), work.job.tenant.clone());
            let on_existing = work.order.on_existing;
            let check = move || check(chunk, &rules, (&tenant, on_existing), parts.clock.now());
            match tokio::task::spawn_blocking(check).await {
                Ok(prepared) => return Ok(Some(prepared)),
                Err(error) if error.is_panic() => {}
                Err(_) => return Err(EngineError::Interrupted),
            }
        }
        let (tenant, job) = (&work.job.tenant, &work.job.id);
        tracing::error!(tenant.id = %tenant, job.id = %job, "a part of an import cannot be checked: that panics");
        Ok(None)
    }
}

fn check(
    chunk: Arc<Chunk>,
    rules: &RowRules,
    (tenant, on_existing): (&TenantId, OnExisting),
    now: Timestamp,
) -> Prepared {
    let (mut rows, mut unsound) = (Vec::new(), Vec::new());
    for (position, raw) in layout::rows(&chunk.clear) {
        let checked = match serde_json::from_slice(raw) {
            Ok(value) => check_row(value, rules),
            Err(_) => Err(vec![RowDefect::new("", "FORMAT", "this is no JSON value")]),
        };
        match checked {
            Ok(row) => {
                let row = row.into_import_row(position, rules, now);
                rows.push(row.ready(tenant, on_existing));
            }
            Err(defects) => unsound.push(JobError {
                position,
                entry: entry(raw, &defects),
            }),
        }
    }
    Prepared {
        chunk,
        rows,
        unsound,
    }
}
