//! Whoever runs scripts.

use async_trait::async_trait;
use trickle_model::{ConnectionId, ExecutionReport, ExecutionRequest};
use trickle_pool::{MissingBarrier, Pool};

/// Runs scripts: the pool in production, a fake in tests.
#[async_trait]
pub trait ScriptRunner: Send + Sync {
    /// Runs one script to its end and says how it ended; limits are kept by the runner.
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport;

    /// Lets the workers of a connection go, because it changed or is gone.
    async fn retire(&self, connection: &ConnectionId);

    /// Whether a script that does not compile ends as a `SyntaxError`; a fake that runs no text cannot tell.
    fn compiles(&self) -> bool {
        false
    }

    /// What this machine does not give to hold scripts; nothing where none are run.
    async fn missing_barriers(&self) -> Vec<MissingBarrier> {
        Vec::new()
    }
}

#[async_trait]
impl ScriptRunner for Pool {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        Self::execute(self, request).await
    }

    async fn retire(&self, connection: &ConnectionId) {
        Self::retire(self, connection).await;
    }

    fn compiles(&self) -> bool {
        true
    }

    async fn missing_barriers(&self) -> Vec<MissingBarrier> {
        let barriers = self.snapshot().await.barriers;
        barriers
            .map(|barriers| barriers.missing())
            .unwrap_or_default()
    }
}
