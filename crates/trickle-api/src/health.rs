//! For load balancers and supervisors.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use trickle_store::Store;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /readyz`: the process can work, which needs its database.
pub(crate) async fn ready(State(store): State<Store>) -> (StatusCode, Json<Value>) {
    match store.ping().await {
        Ok(()) => (StatusCode::OK, Json(json!({"status": "ok"}))),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            let body = json!({"status": "unavailable", "reason": "the database does not answer"});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}
