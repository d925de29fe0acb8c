//! For load balancers and supervisors.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Extension, Json,
    extract::{ConnectInfo, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /readyz`: the process can work, which needs its database. Says how well scripts are held, and to callers of the operator's own
/// network what is missing: `{"status":"ok","jail":{"full":false,"missing":[{"name":"landlock","lost":"…"}]}}`.
pub(crate) async fn ready(
    State(engine): State<Engine>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
) -> (StatusCode, Json<Value>) {
    match engine.store().ping().await {
        Ok(()) => {
            let missing = engine.missing_barriers().await;
            let list: Vec<_> = missing
                .iter()
                .map(|barrier| json!({"name": barrier.name, "lost": barrier.lost}))
                .collect();
            let mut jail = json!({"full": list.is_empty()});
            if peer.is_some_and(|Extension(ConnectInfo(peer))| is_near(peer.ip())) {
                jail["missing"] = list.into();
            }
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

/// Loopback, private (RFC 1918, RFC 4193) or of the same link.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
