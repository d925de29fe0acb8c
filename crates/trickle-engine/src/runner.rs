//! Whoever runs scripts.

use async_trait::async_trait;
use trickle_model::{ConnectionId, ExecutionReport, ExecutionRequest};
use trickle_pool::Pool;

/// Runs scripts: the pool in production, a fake in tests.
#[async_trait]
pub trait ScriptRunner: Send + Sync {
    /// Runs one script to its end and says how it ended; limits are kept by the runner.
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport;

    /// Lets the workers of a connection go, because it changed or is gone.
    async fn retire(&self, connection: &ConnectionId);
}

#[async_trait]
impl ScriptRunner for Pool {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        Self::execute(self, request).await
    }

    async fn retire(&self, connection: &ConnectionId) {
        Self::retire(self, connection).await;
    }
}
