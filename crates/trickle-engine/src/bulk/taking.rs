//! Takes the parts of an import over.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use trickle_store::{DueTerms, ImportBatch, ImportedBatch, OnExisting, ReadyRow};

use super::defect::{RowDefect, entry};
use super::layout;
use super::preparing::{Prepared, Work};
use super::settings::on_buried;
use crate::{Engine, EngineError};

/// A job that has worked for so long lets others go first.
const TURN: Duration = Duration::from_secs(3);
/// After so long its rules are read again, where no other waits.
const TURN_ALONE: Duration = Duration::from_secs(15);
/// A part that fails so often ends its job.
const ATTEMPTS: u32 = 6;
/// Terms that are written together: each takes 16 bytes until then (docs/decisions/0115).
const DUE_MAX: usize = 200_000;

pub(super) const NO_CONNECTION: &str = "The connection does not exist any more.";
const STORE_FAILS: &str = "The store could not take the rows.";

/// How a turn ended.
pub(super) enum TurnEnd {
    /// All rows are dealt with.
    Done,
    /// Others may go on.
    Later,
    /// The job is gone or another node's.
    Lost,
    /// It makes no sense to go on, and why.
    Failed(&'static str),
}

/// What became of a part.
enum PartEnd {
    /// Its rows are dealt with; these terms are not.
    Taken(DueTerms),
    /// The job is gone or another node's.
    Lost,
    /// It makes no sense to go on, and why.
    Failed(&'static str),
}

impl Engine {
    /// Takes over what comes, as many parts at once as the store has writers where nobody is changed. A part waits for those that have one of
    /// its keys, so that of several rows with one key the same one counts each time.
    pub(super) async fn take_parts_over(
        &self,
        work: &Work,
        mut parts: mpsc::Receiver<Prepared>,
        holder: &str,
        due: &mut DueTerms,
    ) -> Result<TurnEnd, EngineError> {
        let most = match work.order.on_existing {
            OnExisting::Refuse => self.parts.store.writers(),
            OnExisting::Change => 1,
        };
        let began = Instant::now();
        let mut under_way = FuturesUnordered::new();
        let (hasher, mut taken) = (RandomState::new(), HashSet::<u64>::new());
        let mut next: Option<(Prepared, Vec<u64>)> = None;
        loop {
            tokio::select! {
                Some((keys, end)) = under_way.next() => {
                    for key in &keys {
                        taken.remove(key);
                    }
                    match end? {
                        PartEnd::Taken(more) => due.append(more),
                        PartEnd::Lost => return Ok(TurnEnd::Lost),
                        PartEnd::Failed(reason) => return Ok(TurnEnd::Failed(reason)),
                    }
                }
                Some(part) = parts.recv(), if next.is_none() && under_way.len() < most => {
                    let keys = keys(&part, &hasher);
                    next = Some((part, keys));
                }
                else => break,
            }
            if due.len() >= DUE_MAX {
                self.write_terms(due).await?;
            }
            if next.is_none() || self.is_over(began).await? {
                continue;
            }
            let is_free =
                |(_, keys): &mut (Prepared, Vec<u64>)| keys.iter().all(|key| !taken.contains(key));
            if let Some((part, keys)) = next.take_if(is_free) {
                taken.extend(&keys);
                under_way.push(async move {
                    let end = self.take_over(work, part, holder).await;
                    (keys, end)
                });
            }
        }
        Ok(match next {
            Some(_) => TurnEnd::Later,
            None => TurnEnd::Done,
        })
    }

    /// Whether a turn that began then has lasted long enough.
    async fn is_over(&self, began: Instant) -> Result<bool, EngineError> {
        let lasted = began.elapsed();
        if lasted <= TURN || lasted > TURN_ALONE {
            return Ok(lasted > TURN);
        }
        let wait = self.parts.store.jobs_wait(self.parts.clock.now()).await;
        wait.map_err(EngineError::store("look for jobs that wait"))
    }

    pub(super) async fn write_terms(&self, due: &mut DueTerms) -> Result<(), EngineError> {
        let written = self.parts.store.write_due_terms(due).await;
        written.map_err(EngineError::store("write the terms of imported users"))
    }

    /// Where the store fails it is tried again.
    async fn take_over(
        &self,
        work: &Work,
        part: Prepared,
        holder: &str,
    ) -> Result<PartEnd, EngineError> {
        let mut failures = 0;
        loop {
            let error = match self.try_to_take_over(work, &part, holder).await {
                Ok(end) => return Ok(end),
                Err(error) => error,
            };
            let error = &error as &(dyn std::error::Error + Send + Sync);
            let (tenant, job) = (&work.job.tenant, &work.job.id);
            failures += 1;
            if failures > ATTEMPTS {
                tracing::error!(tenant.id = %tenant, job.id = %job, error, "failed to take over a part of an import");
                return Ok(PartEnd::Failed(STORE_FAILS));
            }
            tracing::warn!(tenant.id = %tenant, job.id = %job, error, "failed to take over a part of an import; trying again");
            sleep(Duration::from_millis(100) * 2_u32.pow(failures)).await;
            // The connection may be what is missing.
            if self.prepare_work(&work.job).await?.is_none() {
                return Ok(PartEnd::Failed(NO_CONNECTION));
            }
        }
    }

    async fn try_to_take_over(
        &self,
        work: &Work,
        part: &Prepared,
        holder: &str,
    ) -> Result<PartEnd, EngineError> {
        let batch = ImportBatch {
            tenant: &work.job.tenant,
            connection: &work.connection.id,
            job: &work.job.id,
            lease: &self.lease(holder),
            chunk: part.chunk.number,
            rows: &part.rows,
            unsound: &part.unsound,
            on_existing: work.order.on_existing,
            on_buried: on_buried(&work.connection.options),
            now: self.parts.clock.now(),
        };
        let describe = |position: u64, refusal| {
            let mut rows = layout::rows(&part.chunk.clear);
            let raw = rows.find(|(at, _)| *at == position);
            let defects = [RowDefect::refused(refusal)];
            entry(raw.map_or(&b""[..], |(_, raw)| raw), &defects)
        };
        let mut due = DueTerms::default();
        let imported = self.parts.store.import_users(&batch, &describe, &mut due);
        let outcome = imported.await;
        Ok(
            match outcome.map_err(EngineError::store("take rows over"))? {
                ImportedBatch::Done { .. } => PartEnd::Taken(due),
                ImportedBatch::Lost => PartEnd::Lost,
            },
        )
    }
}

/// Those of a part's rows, as numbers: others with the same number only wait.
fn keys(part: &Prepared, hasher: &RandomState) -> Vec<u64> {
    let keys = part.rows.iter().flat_map(ReadyRow::keys);
    keys.map(|key| hasher.hash_one(key)).collect()
}
