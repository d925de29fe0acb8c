//! What every operation asks of its caller, and tells of the tenant's requests.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};

use axum::{extract::Request, handler::Handler, response::Response};

use super::rate::Level;
use crate::ApiState;

/// In each request to an operation, for [`Bearer`](super::Bearer).
#[derive(Clone)]
pub(super) struct Asked {
    /// The token has to carry one of these.
    pub(super) scopes: &'static [&'static str],
    /// Where the request leaves what it found.
    pub(super) level: Arc<OnceLock<Level>>,
}

/// An operation's handler. It is no layer: each layer of a route copies what is below it, for every request.
#[derive(Clone)]
pub(super) struct Asking<H> {
    pub(super) scopes: &'static [&'static str],
    pub(super) handler: H,
}

impl<H, T> Handler<T, ApiState> for Asking<H>
where
    H: Handler<T, ApiState>,
    T: 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, mut request: Request, state: ApiState) -> Self::Future {
        let level = Arc::<OnceLock<Level>>::default();
        request.extensions_mut().insert(Asked {
            scopes: self.scopes,
            level: Arc::clone(&level),
        });
        let answer = self.handler.call(request, state);
        Box::pin(async move {
            let mut response = answer.await;
            if let Some(level) = level.get() {
                level.tell(response.headers_mut());
            }
            response
        })
    }
}
