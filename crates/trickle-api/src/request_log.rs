//! One line per request, without query strings, bodies and headers.

use std::time::Instant;

use axum::{
    Json,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::{Instrument, field::Empty, info_span};
use trickle_model::{Clock as _, SystemClock};
use uuid::{Builder, Uuid};

use crate::{failure::Failure, leftover::read_leftover};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, has it read to its end, logs how that ended, and gives our own failures their body.
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    let id = new_id();
    let method = request.method().clone();
    // The template, not the path: ids of users are personal data.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let span = info_span!("request", request.id = %id, tenant.id = Empty);
    let answered = read_leftover(request, next);
    let mut response = answered.instrument(span.clone()).await;
    let _entered = span.enter();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        tracing::error!(error = failure.chain(), "request failed");
        let body = Json(failure.body(&id.to_string())).into_response();
        response = with_body(response, body);
    }
    tracing::info!(
        request.method = %method,
        request.route = route.as_ref().map_or("(none)", MatchedPath::as_str),
        response.status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
    let mut text = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// An answer with another body. The rest stays: without what CORS says of it no page could read it.
fn with_body(response: Response, body: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let (of_body, body) = body.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(of_body.headers);
    Response::from_parts(parts, body)
}

/// By the system's clock, and without asking the system for randomness each time: nothing is decided or stored by it.
fn new_id() -> Uuid {
    let millis = u64::try_from(SystemClock.now().as_millisecond()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}
