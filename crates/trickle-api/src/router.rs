//! Which path leads where.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method, header},
    middleware,
    routing::{get, post},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{ApiState, auth, health, pages, request_log::log_request, v2};

/// Largest request body: several scripts of 100 KiB in one connection.
pub const BODY_MAX_BYTES: usize = 2 << 20;

/// Both APIs and the health checks. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that the log has addresses.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .merge(authentication())
        .nest("/api/v2", v2::routes())
        .nest("/u", pages::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(middleware::from_fn(log_request))
        .with_state(state)
}

fn authentication() -> Router<ApiState> {
    Router::new()
        .route("/oauth/token", post(auth::token::handler))
        .route(
            "/dbconnections/signup",
            post(auth::dbconnections::signup::handler),
        )
        .route(
            "/dbconnections/change_password",
            post(auth::dbconnections::change_password::handler),
        )
        .route(
            "/userinfo",
            get(auth::userinfo::handler).post(auth::userinfo::handler),
        )
        .route("/.well-known/jwks.json", get(auth::jwks::handler))
        .route(
            "/.well-known/openid-configuration",
            get(auth::openid_configuration::handler),
        )
        .layer(cors())
}

/// Single-page applications call these from other origins. No cookies are involved, so any origin may.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("auth0-client"),
        ])
}
