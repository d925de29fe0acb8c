//! Works on imports, part by part.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep, timeout};
use trickle_model::{Event, EventCode, JobId};
use trickle_store::{DueTerms, ImportBatch, ImportedBatch, Job, JobStatus, Lease};

use super::defect::{RowDefect, entry};
use super::layout;
use super::preparing::{Prepared, Work};
use super::settings::{ImportOrder, on_buried};
use crate::engine::entropy;
use crate::{Engine, EngineError};

/// How long a node that died keeps others from going on.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// A job that has worked for so long lets others go first.
const TURN: Duration = Duration::from_secs(3);
/// How often a node looks for jobs that other nodes left behind.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A part that fails so often in a row ends its job.
const ATTEMPTS: u32 = 6;
/// Terms that are written together: each takes 16 bytes until then (docs/decisions/0115).
const DUE_MAX: usize = 300_000;

/// How a turn ended.
enum TurnEnd {
    /// All rows are dealt with.
    Done,
    /// Others may go on.
    Later,
    /// The job is gone or another node's.
    Lost,
    /// It makes no sense to go on, and why.
    Failed(&'static str),
}

/// Counts a turn for as long as it lives.
struct AtWork(Arc<AtomicUsize>);

impl AtWork {
    fn new(turns: &Arc<AtomicUsize>) -> Self {
        turns.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(turns))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Engine {
    /// Works on jobs as they come, for as long as it is polled. Dropped, it leaves a part either done or untouched.
    pub async fn work_on_jobs(&self) {
        if !self.parts.store.is_shared() {
            // Whatever was held was held by a server that is no more.
            if let Err(error) = self.parts.store.release_jobs().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "failed to take over the jobs of the last run"
                );
            }
        }
        loop {
            match self.finish_jobs().await {
                Ok(()) => drop(timeout(LOOK_AGAIN, self.job_waits.notified()).await),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "failed to work on a job"
                    );
                    sleep(LOOK_AGAIN).await;
                }
            }
        }
    }

    /// Works on jobs until none waits.
    ///
    /// # Errors
    /// The store failed.
    pub async fn finish_jobs(&self) -> Result<(), EngineError> {
        let holder = JobId::generate(&mut entropy());
        loop {
            let lease = self.lease(holder.as_str());
            let now = self.parts.clock.now();
            let taken = self.parts.store.take_turn(&lease, now).await;
            let Some(job) = taken.map_err(EngineError::store("take a job's turn"))? else {
                return Ok(());
            };
            self.turn(job, holder.as_str()).await?;
        }
    }

    /// Writes the terms of users who have none. While this node takes users over it does nothing: imports write terms themselves, without
    /// reading the users again.
    ///
    /// # Errors
    /// The store failed.
    pub async fn complete_terms(&self) -> Result<(), EngineError> {
        if self.turns.load(Ordering::Acquire) > 0 {
            return Ok(());
        }
        let completed = self.parts.store.complete_terms().await;
        completed.map_err(EngineError::store("write the terms of imported users"))
    }

    fn lease(&self, holder: &str) -> Lease {
        Lease {
            holder: holder.to_owned(),
            until: self.parts.clock.now() + LEASE,
        }
    }

    async fn turn(&self, job: Job, holder: &str) -> Result<(), EngineError> {
        let end = self.work(&job, holder).await?;
        let store = &self.parts.store;
        let lease = self.lease(holder);
        let (status, reason) = match end {
            TurnEnd::Lost => return Ok(()),
            TurnEnd::Later => {
                let now = self.parts.clock.now();
                let passed = store.pass_turn(&job, &lease, now).await;
                return passed
                    .map(drop)
                    .map_err(EngineError::store("pass the turn on"));
            }
            TurnEnd::Done => (JobStatus::Completed, None),
            TurnEnd::Failed(reason) => (JobStatus::Failed, Some(reason)),
        };
        let failed = || EngineError::store("end the job");
        let counted = store.job(&job.tenant, &job.id).await.map_err(failed())?;
        let counted = counted.unwrap_or_else(|| job.clone());
        let event = self.end_event(&counted, status, reason);
        let ended = store.end_job(&job, &lease, status, reason, &event).await;
        if ended.map_err(failed())? {
            self.tell_of_end(&counted, reason).await;
        }
        // Searches find them by their metadata from now on.
        let completed = store.complete_terms().await;
        completed.map_err(EngineError::store("write the terms of imported users"))
    }

    async fn work(&self, job: &Job, holder: &str) -> Result<TurnEnd, EngineError> {
        let _at_work = AtWork::new(&self.turns);
        let mut due = DueTerms::default();
        let end = self.take_parts_over(job, holder, &mut due).await;
        self.write_terms(&mut due).await?;
        end
    }

    async fn write_terms(&self, due: &mut DueTerms) -> Result<(), EngineError> {
        let written = self.parts.store.write_due_terms(due).await;
        written.map_err(EngineError::store("write the terms of imported users"))
    }

    async fn take_parts_over(
        &self,
        job: &Job,
        holder: &str,
        due: &mut DueTerms,
    ) -> Result<TurnEnd, EngineError> {
        let Some(work) = self.prepare_work(job).await? else {
            return Ok(TurnEnd::Failed("The connection does not exist any more."));
        };
        let began = Instant::now();
        let mut failures = 0;
        let mut parts = self.prepare(&work, 0).await?;
        while let Some(last) = parts.last() {
            let after = last.chunk.number + 1;
            // The processor checks parts while the disk takes those before them.
            let (taken, prepared) = tokio::join!(
                self.take_all_over(&work, &parts, holder, due),
                self.prepare(&work, after)
            );
            let mut failure = None;
            let mut is_lost = false;
            let mut left = Vec::new();
            for (part, outcome) in parts.into_iter().zip(taken?) {
                match outcome {
                    Err(error) => {
                        failure = Some(error);
                        left.push(part);
                    }
                    Ok(ImportedBatch::Lost) => is_lost = true,
                    Ok(_) => {}
                }
            }
            if is_lost {
                return Ok(TurnEnd::Lost);
            }
            match failure {
                None => {
                    failures = 0;
                    parts = prepared?;
                }
                Some(error) if failures < ATTEMPTS => {
                    failures += 1;
                    parts = left;
                    tracing::warn!(
                        tenant.id = %job.tenant,
                        job.id = %job.id,
                        error = &error as &dyn std::error::Error,
                        "failed to take over a part of an import; trying again"
                    );
                    sleep(Duration::from_millis(100) * 2_u32.pow(failures)).await;
                    // The connection may be what is missing.
                    if self.prepare_work(job).await?.is_none() {
                        return Ok(TurnEnd::Failed("The connection does not exist any more."));
                    }
                }
                Some(error) => {
                    tracing::error!(
                        tenant.id = %job.tenant,
                        job.id = %job.id,
                        error = &error as &dyn std::error::Error,
                        "failed to take over a part of an import"
                    );
                    return Ok(TurnEnd::Failed("The store could not take the rows."));
                }
            }
            if !parts.is_empty() && began.elapsed() > TURN {
                return Ok(TurnEnd::Later);
            }
        }
        Ok(TurnEnd::Done)
    }

    /// What became of each part.
    async fn take_all_over(
        &self,
        work: &Work,
        parts: &[Prepared],
        holder: &str,
        due: &mut DueTerms,
    ) -> Result<Vec<Result<ImportedBatch, EngineError>>, EngineError> {
        let each = parts.iter().map(|part| self.take_over(work, part, holder));
        let mut outcomes = Vec::new();
        for taken in join_all(each).await {
            outcomes.push(taken.map(|(outcome, more)| {
                due.append(more);
                outcome
            }));
        }
        if due.len() >= DUE_MAX {
            self.write_terms(due).await?;
        }
        Ok(outcomes)
    }

    async fn take_over(
        &self,
        work: &Work,
        part: &Prepared,
        holder: &str,
    ) -> Result<(ImportedBatch, DueTerms), EngineError> {
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
        Ok((outcome.map_err(EngineError::store("take rows over"))?, due))
    }

    fn end_event(&self, job: &Job, status: JobStatus, reason: Option<&str>) -> Event {
        let now = self.parts.clock.now();
        let counts = job.counts;
        let is_good = status == JobStatus::Completed && counts.inserted + counts.updated > 0;
        let description = match (reason, is_good) {
            (Some(reason), _) => reason.to_owned(),
            (None, true) => "Users imported".to_owned(),
            (None, false) => "No row could be imported".to_owned(),
        };
        let mut details = Map::new();
        details.insert("job_id".to_owned(), job.id.as_str().into());
        details.insert("summary".to_owned(), summary(job));
        Event {
            id: self.event_id(now),
            tenant: job.tenant.clone(),
            at: now,
            code: if is_good {
                EventCode::UsersImported
            } else {
                EventCode::UsersImportFailed
            },
            description,
            connection: job.connection.clone(),
            client: ImportOrder::of(job).client,
            user: None,
            user_name: None,
            ip: None,
            user_agent: None,
            details,
        }
    }
}

fn summary(job: &Job) -> Value {
    let counts = job.counts;
    json!({
        "total": counts.total, "inserted": counts.inserted, "updated": counts.updated, "failed": counts.failed,
    })
}
