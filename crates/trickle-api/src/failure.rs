//! Our own failures: the log has the reason, the caller has the request id.

use std::{error::Error, sync::Arc};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// Which API's error body is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// `{"error":…,"error_description":…}`.
    OAuth,
    /// `{"statusCode":…,"error":…,"message":…}`.
    Management,
}

/// A failure on its way to the request log, which writes it down and makes the body.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) flavour: Flavour,
    pub(crate) source: Arc<dyn Error + Send + Sync>,
}

impl Failure {
    pub(crate) fn new(flavour: Flavour, source: impl Error + Send + Sync + 'static) -> Self {
        Self {
            flavour,
            source: Arc::new(source),
        }
    }

    /// The body, which names the request and nothing else.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let text = format!("Something went wrong on our side. Request id: {request_id}");
        match self.flavour {
            Flavour::OAuth => json!({"error": "server_error", "error_description": text}),
            Flavour::Management => {
                json!({"statusCode": 500, "error": "Internal Server Error", "message": text})
            }
        }
    }

    /// The whole chain in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.source.to_string();
        let mut next = self.source.source();
        while let Some(error) = next {
            text = format!("{text}: {error}");
            next = error.source();
        }
        text
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
