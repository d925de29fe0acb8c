//! `/tickets`: links that an administrator hands out.

mod create;

use axum::{Router, routing::post};

use crate::ApiState;

pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/tickets/password-change", post(create::password_change))
        .route(
            "/tickets/email-verification",
            post(create::email_verification),
        )
}
