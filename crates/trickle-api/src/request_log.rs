//! One line per request, without query strings, bodies and headers.

use std::time::Instant;

use axum::{
    Json,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::{Instrument, field::Empty, info_span};
use uuid::Uuid;

use crate::failure::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, logs how it ended, and gives our own failures their body.
#[expect(
    clippy::disallowed_methods,
    reason = "a request's id is for the operator's log; nothing is decided or stored by it"
)]
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().to_string();
    let method = request.method().clone();
    // The template, not the path: ids of users are personal data.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let started = Instant::now();
    let span = info_span!("request", request.id = %id, tenant.id = Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        tracing::error!(error = failure.chain(), "request failed");
        let status = response.status();
        response = (status, Json(failure.body(&id))).into_response();
    }
    tracing::info!(
        request.method = %method,
        request.route = route,
        response.status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
