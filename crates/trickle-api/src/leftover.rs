//! What a handler leaves of a body. A server that answers before it has read all of one closes the connection, and whoever is still
//! sending sees that instead of the answer (RFC 9112 §9.6).

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody as _},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::stream::{StreamExt as _, poll_fn};

/// Of a longer body the rest is not waited for.
const MOST_BYTES: usize = 32 << 20;
/// Whoever sends slower sees no answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Shared {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    }

    async fn read_on(&self) {
        let mut rest = poll_fn(|context| self.poll(context));
        let mut bytes = 0;
        while let Some(Ok(chunk)) = rest.next().await
            && bytes < MOST_BYTES
        {
            bytes += chunk.len();
        }
    }
}

/// Answers once the body is read, by the handler or by nobody.
pub(crate) async fn read_leftover(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let handlers = body.clone();
    let stream = poll_fn(move |context| handlers.poll(context));
    let request = Request::from_parts(parts, Body::from_stream(stream));
    let response = next.run(request).await;
    let _ = tokio::time::timeout(TIME_LIMIT, body.read_on()).await;
    response
}
