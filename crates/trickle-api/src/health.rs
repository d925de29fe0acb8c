//! For load balancers and supervisors.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use trickle_engine::Engine;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /readyz`: the process can work, which needs its database. Says how well scripts are held:
/// `{"status":"ok","jail":{"full":false,"missing":[{"name":"landlock","lost":"…"}]}}`.
pub(crate) async fn ready(State(engine): State<Engine>) -> (StatusCode, Json<Value>) {
    match engine.store().ping().await {
        Ok(()) => {
            let missing = engine.missing_barriers().await;
            let list: Vec<_> = missing
                .iter()
                .map(|barrier| json!({"name": barrier.name, "lost": barrier.lost}))
                .collect();
            let jail = json!({"full": list.is_empty(), "missing": list});
            let body = json!({"status": "ok", "jail": jail});
            (StatusCode::OK, Json(body))
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            let body = json!({"status": "unavailable", "reason": "the database does not answer"});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
