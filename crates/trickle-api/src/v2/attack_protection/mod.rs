//! `/attack-protection`: the tenant's settings for the front door.

mod settings;

use axum::{Router, routing::get};

use crate::ApiState;

pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route(
            "/attack-protection/brute-force-protection",
            get(settings::brute_force).patch(settings::change_brute_force),
        )
        .route(
            "/attack-protection/suspicious-ip-throttling",
            get(settings::suspicious_ip).patch(settings::change_suspicious_ip),
        )
        .route(
            "/attack-protection/breached-password-detection",
            get(settings::breached_password),
        )
}
