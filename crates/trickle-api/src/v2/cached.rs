//! Answers that are given again while nobody writes to the database.

use std::{future::Future, pin::Pin};

use axum::{
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::{FromRequestParts as _, Request},
    handler::Handler,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use trickle_store::Cache;

use super::Bearer;
use crate::{ApiState, verified::Place};

/// All answers together.
const ROOM_BYTES: usize = 8 << 20;
const ANSWER_MAX_BYTES: u64 = 128 << 10;
/// What an entry takes beside its texts.
const ENTRY_BYTES: usize = 256;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// By token, path and query.
#[derive(Clone)]
pub(crate) struct Answers(Cache<(Place, String), Bytes>);

impl Default for Answers {
    fn default() -> Self {
        Self(Cache::new(ROOM_BYTES))
    }
}

/// A handler whose answers depend on nothing but the token, the address and the database.
#[derive(Clone)]
pub(super) struct Cached<H>(pub(super) H);

impl<H, T> Handler<T, ApiState> for Cached<H>
where
    H: Handler<T, ApiState>,
    T: 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: ApiState) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let caller = match Bearer::from_request_parts(&mut parts, &state).await {
                Ok(caller) => caller,
                Err(refused) => return refused,
            };
            // After the caller: what happened before the request is written then.
            let version = caller.version.or_else(|| state.store().version());
            let Answers(answers) = state.answers();
            let address = parts.uri.path_and_query().map_or("", |path| path.as_str());
            let key = (caller.place, address.to_owned());
            if let Some(version) = version
                && let Some(bytes) = answers.get(version, &key)
            {
                return ([(CONTENT_TYPE, JSON)], bytes).into_response();
            }
            parts.extensions.insert(caller);
            let request = Request::from_parts(parts, body);
            let response = self.0.call(request, state.clone()).await;
            let Some(version) = version.filter(|_| is_plain(&response)) else {
                return response;
            };
            let (parts, body) = response.into_parts();
            // It is there already.
            let Ok(bytes) = to_bytes(body, usize::MAX).await else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            let takes = ENTRY_BYTES + key.1.len() + bytes.len();
            answers.put(version, key, bytes.clone(), takes);
            Response::from_parts(parts, Body::from(bytes))
        })
    }
}

/// Whether it is a success in a few bytes of JSON, and nothing else.
fn is_plain(response: &Response) -> bool {
    let headers = response.headers();
    let length = response.body().size_hint().exact();
    response.status() == StatusCode::OK
        && headers.get(CONTENT_TYPE) == Some(&JSON)
        && headers.keys().all(|name| name == CONTENT_TYPE)
        && length.is_some_and(|length| length <= ANSWER_MAX_BYTES)
}
