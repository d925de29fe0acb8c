use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::ensure;
use serde_json::{Map, json};
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, Outcome, Secret, TenantId,
};
use trickle_pool::{Pool, PoolSnapshot, WorkerState};

use crate::caller::Caller;

/// The user of all scripts.
pub const EMAIL: &str = "ada@example.org";
/// That user's password.
pub const PASSWORD: &str = "correct horse battery staple";

const LOOK: Duration = Duration::from_millis(10);
const END_LIMIT: Duration = Duration::from_secs(5);

/// A script and what it needs.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Its text.
    pub text: String,
    /// The `configuration` global.
    pub configuration: BTreeMap<String, String>,
    /// Private addresses that it may reach.
    pub allow_net: Vec<String>,
}

impl From<&str> for Script {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

impl Script {
    /// The order to run it for [`EMAIL`] in a connection that had no runs before, with a tenant of its own.
    pub fn request(&self) -> ExecutionRequest {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let secret = |(key, value): (&String, &String)| (key.clone(), Secret::new(value.as_str()));
        ExecutionRequest {
            id: ExecutionId::from_text(format!("bench-{number}")),
            binding: Arc::new(Binding {
                tenant: TenantId::from_text(format!("tenant-{number}")),
                connection: ConnectionId::from_text(format!("connection-{number}")),
                revision: 1,
                scripts: BTreeMap::from([(Action::Login, self.text.clone())]),
                configuration: self.configuration.iter().map(secret).collect(),
                node_version: NodeVersion::default(),
                limits: Limits::default(),
                allow_net: self.allow_net.clone(),
                public_net: true,
                only_net: None,
            }),
            action: Action::Login,
            arguments: vec![json!(EMAIL), json!(PASSWORD)],
            context: Map::new(),
        }
    }
}

/// Runs a script that has to give a profile.
pub async fn run(pool: &Pool, request: &ExecutionRequest) -> anyhow::Result<ExecutionReport> {
    let report = pool.execute(request.clone()).await;
    let is_profile = matches!(report.outcome, Outcome::Profile(_));
    ensure!(is_profile, "run the script: {}", report.outcome);
    Ok(report)
}

/// Waits until the pool has this many spares, boots nothing, and no worker is on its way out.
pub async fn calm(pool: &Pool, spares: usize) {
    let is_calm = |now: &PoolSnapshot| {
        now.spares() >= spares
            && now.count(WorkerState::Booting) == 0
            && now.count(WorkerState::Retiring) == 0
    };
    while !is_calm(&pool.snapshot().await) {
        tokio::time::sleep(LOOK).await;
    }
}

/// Ends the workers of these connections and waits until all is calm again.
pub async fn release(pool: &Pool, requests: &[&ExecutionRequest], spares: usize) {
    for request in requests {
        pool.retire(&request.binding.connection).await;
    }
    calm(pool, spares).await;
}

/// Ends the pool and waits for its processes.
pub async fn end(pool: Pool) {
    pool.shutdown(END_LIMIT).await;
}

/// Calls through the pool.
pub struct PoolCaller {
    /// Runs it.
    pub pool: Pool,
    /// What.
    pub request: ExecutionRequest,
}

impl Caller for PoolCaller {
    async fn call(&mut self) -> anyhow::Result<()> {
        run(&self.pool, &self.request).await.map(drop)
    }
}
