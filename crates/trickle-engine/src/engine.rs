//! The engine and what it is made of.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use rand::{CryptoRng, TryRngCore, rngs::OsRng};
use tokio::sync::{Notify, oneshot};
use tokio_util::task::TaskTracker;
use trickle_model::{Clock, ConnectionId, Limits, TenantId};
use trickle_password::HashingPool;
use trickle_pool::MissingBarrier;
use trickle_store::{Store, StoreError};

use crate::{
    Mailer, ProvisionError, ScriptRunner,
    bindings::Bindings,
    event_ids::EventIds,
    flight::Flights,
    legacy::{Breakers, Bulkheads, Paces, Refusals},
    login::{Decision, FlightKey},
    recorder::Recorder,
    scrub::KeptNeedles,
    shield::Guesses,
    under_way::UnderWay,
};

/// What holds for all connections.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Limits of every connection that asks for no others.
    pub limits: Limits,
    /// The most that a connection gets of what it asks for.
    pub limits_ceiling: Limits,
    /// Private addresses that scripts may reach, as `HOST:PORT` or `CIDR`.
    pub allow_net: Vec<String>,
    /// Most bytes of a file of users; nothing is no limit.
    pub import_limit_bytes: Option<u64>,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            limits_ceiling: Limits::ceiling(),
            allow_net: Vec::new(),
            import_limit_bytes: None,
        }
    }
}

/// What an engine is made of.
pub struct EngineParts {
    /// The native store.
    pub store: Store,
    /// Who runs scripts.
    pub runner: Arc<dyn ScriptRunner>,
    /// Who computes password hashes.
    pub passwords: HashingPool,
    /// Who carries mails.
    pub mailer: Arc<dyn Mailer>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What holds for all connections.
    pub settings: EngineSettings,
}

/// Takes the decisions. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) parts: Arc<EngineParts>,
    pub(crate) flights: Arc<Flights<FlightKey, Result<Decision, EngineError>>>,
    pub(crate) guesses: Arc<Guesses>,
    pub(crate) breakers: Arc<Breakers>,
    pub(crate) bulkheads: Arc<Bulkheads>,
    pub(crate) paces: Arc<Paces>,
    pub(crate) refusals: Arc<Refusals<Decision>>,
    /// Identifiers that were looked up just now.
    pub(crate) look_ups: Arc<Refusals<()>>,
    pub(crate) needles: Arc<KeptNeedles>,
    pub(crate) bindings: Arc<Bindings>,
    pub(crate) recorder: Recorder,
    /// Links for those who have not moved, by connection.
    pub(crate) batches: Arc<UnderWay<ConnectionId>>,
    /// Rotations of signing keys.
    pub(crate) rotations: Arc<UnderWay<TenantId>>,
    pub(crate) event_ids: Arc<EventIds>,
    /// Wakes who works on jobs.
    pub(crate) job_waits: Arc<Notify>,
    /// Turns of jobs that are going on.
    pub(crate) turns: Arc<AtomicUsize>,
    tasks: TaskTracker,
}

/// We failed; nobody outside can help it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error("{step}")]
    Store {
        /// What was tried.
        step: &'static str,
        /// Why it failed.
        source: Arc<StoreError>,
    },
    /// Hashing a password failed.
    #[error("compute a password hash: {0}")]
    Hash(String),
    /// Stored settings cannot be read.
    #[error("read the tenant's settings: {0}")]
    Settings(String),
    /// A signing key cannot be made.
    #[error("make a signing key")]
    Key(#[source] Arc<ProvisionError>),
    /// The task that did the work ended without a result.
    #[error("finish the login: its task ended early")]
    Interrupted,
}

impl EngineError {
    pub(crate) fn store(step: &'static str) -> impl FnOnce(StoreError) -> Self {
        move |source| Self::Store {
            step,
            source: Arc::new(source),
        }
    }
}

impl Engine {
    /// An engine of these parts; it needs a Tokio runtime from the first login on.
    pub fn new(parts: EngineParts) -> Self {
        let event_ids = Arc::<EventIds>::default();
        let recorder = Recorder::new(parts.store.clone(), Arc::clone(&event_ids));
        Self {
            parts: Arc::new(parts),
            flights: Arc::new(Flights::new()),
            guesses: Arc::default(),
            breakers: Arc::default(),
            bulkheads: Arc::default(),
            paces: Arc::default(),
            refusals: Arc::default(),
            look_ups: Arc::default(),
            needles: Arc::default(),
            bindings: Arc::default(),
            recorder,
            batches: Arc::default(),
            rotations: Arc::default(),
            event_ids,
            job_waits: Arc::default(),
            turns: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// What this machine does not give to hold scripts.
    pub async fn missing_barriers(&self) -> Vec<MissingBarrier> {
        self.parts.runner.missing_barriers().await
    }

    /// The native store.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.parts.clock.as_ref()
    }

    /// To be called after a connection changed or went: its workers go.
    pub async fn connection_changed(&self, tenant: &TenantId, connection: &ConnectionId) {
        tracing::info!(tenant.id = %tenant, connection.id = %connection, "connection changed");
        self.breakers.forget(connection);
        self.bulkheads.forget(connection);
        self.parts.runner.retire(connection).await;
        // Versions beside the live ones have workers of their own.
        let found = self.parts.store.connection(tenant, connection).await;
        if let Ok(Some(found)) = found {
            for workers in crate::rehearsal::workers_beside(&found) {
                self.parts.runner.retire(&workers).await;
            }
        }
    }

    /// Waits for the work that goes on although nobody waits for its answer: logins of callers who left, log entries of those who
    /// shared a result. New logins can still begin: stop listening first.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.recorder.settled().await;
    }

    /// How many first logins are under way on this node or wait for the result of one.
    pub fn first_logins_under_way(&self) -> usize {
        self.flights.aboard()
    }

    /// Waits until the log holds all that has happened up to now: logins are answered before it does.
    pub async fn settled(&self) {
        self.recorder.settled().await;
    }

    /// Whether the log holds all that has happened up to now.
    pub fn is_settled(&self) -> bool {
        self.recorder.is_settled()
    }

    /// Does `work` to its end even when the caller goes away.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        // Dropping the handle lets the task go on.
        drop(self.tasks.spawn(work));
    }

    /// The same, and gives what came of it to a caller who stays.
    pub(crate) fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    ) -> impl Future<Output = Result<T, EngineError>> {
        let (sender, done) = oneshot::channel();
        self.spawn(async move {
            // The caller may have gone.
            drop(sender.send(work.await));
        });
        async move { done.await.map_err(|_| EngineError::Interrupted)? }
    }
}

/// The system's random source.
pub(crate) fn entropy() -> impl CryptoRng {
    OsRng.unwrap_err()
}
