//! Pages for people: a new password, a proven address. They work without JavaScript; a small script only shows earlier what the
//! server would say.

mod assets;
mod layout;
mod reset_password;
mod verify_email;

use axum::{Router, middleware, routing::get};

use crate::{ApiState, v2};

/// All pages under `/u`.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route(
            "/reset-password",
            get(reset_password::show).post(reset_password::change),
        )
        .route(
            "/email-verification",
            get(verify_email::show).post(verify_email::confirm),
        )
        .route("/exports/{token}/{file}", get(v2::download_export))
        .route("/style.css", get(assets::style))
        .route("/policy.js", get(assets::policy))
        .layer(middleware::map_response(layout::guard))
}
