//! Which path leads where.

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::Method,
    middleware,
    routing::{get, post},
};
use serde_json::Value;
use tower_http::cors::{Any, CorsLayer};

use crate::{ApiState, auth, health, pages, request_log::log_request, v2};

/// Largest request body: several scripts of 100 KiB in one connection.
pub const BODY_MAX_BYTES: usize = 2 << 20;

/// Both APIs and the health checks. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that the log has addresses.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .merge(authentication(state.clone()))
        .merge(keys())
        .merge(browser())
        .merge(v2::routes())
        .nest("/u", pages::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(v2::not_found)
        // As one: each layer copies what is below it, for every request.
        .layer((
            middleware::from_fn(log_request),
            DefaultBodyLimit::max(BODY_MAX_BYTES),
        ))
        .with_state(state)
}

/// What browsers of people are led to.
fn browser() -> Router<ApiState> {
    Router::new()
        .route(
            "/authorize",
            get(auth::authorize::by_query).post(auth::authorize::by_form),
        )
        .route("/client/{file}", get(auth::lock::client))
        .route("/v2/logout", get(auth::logout::plain))
        .route(
            "/oidc/logout",
            get(auth::logout::oidc_by_query).post(auth::logout::oidc_by_form),
        )
}

/// The OpenAPI 3.1 document of the Authentication API.
pub fn authentication_openapi() -> Value {
    auth::openapi::document()
}

/// Public; any page may read them.
fn keys() -> Router<ApiState> {
    Router::new()
        .route(
            "/openapi.json",
            get(async || Json(authentication_openapi())),
        )
        .route("/.well-known/jwks.json", get(auth::jwks::handler))
        .route(
            "/.well-known/openid-configuration",
            get(auth::openid_configuration::handler),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(auth::openid_configuration::handler),
        )
        .route("/pem", get(auth::jwks::pem))
        .layer(
            CorsLayer::new()
                .allow_origin(Any)
                .allow_methods([Method::GET]),
        )
}

/// Called by applications, also from browsers.
fn authentication(state: ApiState) -> Router<ApiState> {
    Router::new()
        .route("/oauth/token", post(auth::token::handler))
        .route("/oauth/revoke", post(auth::revoke::handler))
        .route("/oauth/ro", post(auth::ro::handler))
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
        .route("/co/authenticate", post(auth::co_authenticate::handler))
        .route("/usernamepassword/challenge", post(auth::lock::captcha))
        .route("/dbconnections/signup/challenge", post(auth::lock::captcha))
        .route(
            "/dbconnections/change_password/challenge",
            post(auth::lock::captcha),
        )
        .route("/mfa/authenticators", get(auth::mfa::authenticators))
        .route("/mfa/challenge", post(auth::mfa::challenge))
        .route("/mfa/associate", post(auth::mfa::associate))
        .merge(auth::unserved::routes())
        .layer((
            middleware::from_fn_with_state(state, auth::cors::layer),
            middleware::from_fn(auth::challenge::layer),
        ))
}
