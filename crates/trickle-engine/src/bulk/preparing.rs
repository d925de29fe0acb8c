//! Checks parts of an import before they are taken over.

use jiff::Timestamp;
use tokio::sync::mpsc;
use trickle_model::{Connection, TenantId};
use trickle_store::{Chunk, Job, JobError, JobKind, OnExisting, ReadyRow};

use super::defect::{RowDefect, entry};
use super::layout;
use super::row::{RowRules, check_row};
use super::settings::ImportOrder;
use crate::{Engine, EngineError};

/// A part of an upload, checked.
pub(super) struct Prepared {
    pub(super) chunk: Chunk,
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

    /// Checks parts in their order, one ahead of those that are taken over, until there are no more or nobody takes them.
    pub(super) async fn prepare(
        &self,
        work: &Work,
        ready: mpsc::Sender<Prepared>,
    ) -> Result<(), EngineError> {
        let mut from = 0;
        while let Ok(place) = ready.reserve().await
            && let Some(part) = self.prepare_one(work, from).await?
        {
            from = part.chunk.number + 1;
            place.send(part);
        }
        Ok(())
    }

    async fn prepare_one(&self, work: &Work, from: u64) -> Result<Option<Prepared>, EngineError> {
        let chunk = self.parts.store.next_chunk(&work.job, from).await;
        let Some(chunk) = chunk.map_err(EngineError::store("read what was uploaded"))? else {
            return Ok(None);
        };
        let (rules, tenant) = (work.rules.clone(), work.job.tenant.clone());
        let (on_existing, now) = (work.order.on_existing, self.parts.clock.now());
        let check = move || check(chunk, &rules, (&tenant, on_existing), now);
        let prepared = tokio::task::spawn_blocking(check).await;
        prepared.map(Some).map_err(|_| EngineError::Interrupted)
    }
}

fn check(
    chunk: Chunk,
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
