//! `/email-templates`: how the tenant's mails look.

mod template;

use axum::{
    Router,
    routing::{get, post},
};

use crate::ApiState;

pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/email-templates", post(template::create))
        .route(
            "/email-templates/{name}",
            get(template::show)
                .put(template::replace)
                .patch(template::change),
        )
}
