//! Works on imports, turn by turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use trickle_model::{Event, EventCode, JobId};
use trickle_store::{DueTerms, Job, JobStatus, Lease};

use super::settings::ImportOrder;
use super::taking::{NO_CONNECTION, TurnEnd};
use crate::engine::entropy;
use crate::{Engine, EngineError};

/// How long a node that died keeps others from going on.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How often a node looks for jobs that other nodes left behind.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

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

    pub(super) fn lease(&self, holder: &str) -> Lease {
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
            TurnEnd::Later => return self.pass_on(&job, &lease).await,
            TurnEnd::Done => (JobStatus::Completed, None),
            TurnEnd::Failed(reason) => (JobStatus::Failed, Some(reason)),
        };
        let failed = || EngineError::store("end the job");
        let counted = store.job(&job.tenant, &job.id).await.map_err(failed())?;
        let counted = counted.unwrap_or_else(|| job.clone());
        let event = self.end_event(&counted, status, reason);
        let ended = store.end_job(&job, &lease, status, reason, &event).await;
        self.event_ids.written(&event.id);
        if ended.map_err(failed())? {
            self.tell_of_end(&counted, reason).await;
        } else {
            // Where it is still this node's, parts of it came back.
            self.pass_on(&job, &lease).await?;
        }
        // Searches find them by their metadata from now on.
        let completed = store.complete_terms().await;
        completed.map_err(EngineError::store("write the terms of imported users"))
    }

    async fn pass_on(&self, job: &Job, lease: &Lease) -> Result<(), EngineError> {
        let now = self.parts.clock.now();
        let passed = self.parts.store.pass_turn(job, lease, now).await;
        passed
            .map(drop)
            .map_err(EngineError::store("pass the turn on"))
    }

    async fn work(&self, job: &Job, holder: &str) -> Result<TurnEnd, EngineError> {
        let _at_work = AtWork::new(&self.turns);
        let Some(work) = self.prepare_work(job).await? else {
            return Ok(TurnEnd::Failed(NO_CONNECTION));
        };
        let (ready, parts) = mpsc::channel(1);
        let mut due = DueTerms::default();
        // The processor checks a part while the disk takes those before it.
        let (prepared, end) = tokio::join!(
            self.prepare(&work, ready),
            self.take_parts_over(&work, parts, holder, &mut due)
        );
        self.write_terms(&mut due).await?;
        match prepared? {
            TurnEnd::Done => end,
            failed => Ok(failed),
        }
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
            id: self.event_ids.begin(now),
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
