//! Errors as sign-up forms know them: `{"name":…,"code":…,"description":…,"statusCode":400}`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use trickle_engine::{EngineError, PolicyBreach};
use trickle_model::ScriptError;
use trickle_store::StoreError;

use crate::failure::{Failure, Flavour};

/// Why it is refused.
#[derive(Debug)]
pub(crate) enum Error {
    /// A field, or the whole body, and what it should be.
    Invalid { field: String, why: String },
    /// The body names no connection.
    ConnectionMissing,
    /// There is no connection of that name.
    NoConnection,
    /// The connection is off, or does not serve this client.
    ConnectionDisabled,
    /// The connection takes no sign-ups.
    SignUpDisabled,
    /// The connection lets nobody choose a new password by mail.
    SelfServiceDisabled,
    /// There is such a user. Unless the tenant says otherwise the answer does not say so.
    Exists,
    /// There is such a user, and the tenant wants that to be told.
    ToldExists,
    /// Somebody else has the user name.
    UsernameTaken,
    /// The password may not be chosen.
    BadPassword(PolicyBreach),
    /// A script refused, with a message for the person.
    Refused(Box<ScriptError>),
    /// A script has a defect.
    NotCompleted,
    /// Too many from this address.
    TooMany,
    /// The legacy store is down, or too much is going on.
    TryAgain,
    /// We failed.
    Failed(Failure),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Failed(Failure::new(Flavour::OAuth, error))
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        Self::Failed(Failure::new(Flavour::OAuth, error))
    }
}

impl Error {
    pub(super) fn malformed(expected: &str) -> Self {
        Self::invalid("body", &format!("The body must be a {expected}."))
    }

    pub(super) fn invalid(field: &str, why: &str) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            why: why.to_owned(),
        }
    }

    fn parts(&self) -> (StatusCode, Value) {
        let bad = |name: &str, code: &str, description: &str| {
            let body =
                json!({"name": name, "code": code, "description": description, "statusCode": 400});
            (StatusCode::BAD_REQUEST, body)
        };
        let plain = |error: &str| (StatusCode::BAD_REQUEST, json!({"error": error}));
        match self {
            Self::Invalid { field, why } => {
                bad("BadRequestError", &format!("invalid_{field}"), why)
            }
            Self::ConnectionMissing => plain("connection is required"),
            Self::NoConnection => plain("the connection was not found"),
            Self::ConnectionDisabled => plain("the connection was disabled"),
            Self::SignUpDisabled => plain("public signup is disabled"),
            Self::SelfServiceDisabled => plain("self-service password change is disabled"),
            Self::Exists => bad("BadRequestError", "invalid_signup", "Invalid sign up"),
            Self::ToldExists => bad("BadRequestError", "user_exists", "The user already exists."),
            Self::UsernameTaken => bad(
                "BadRequestError",
                "username_exists",
                "The username already exists.",
            ),
            Self::BadPassword(breach) => (StatusCode::BAD_REQUEST, bad_password(breach)),
            Self::Refused(error) => (
                StatusCode::BAD_REQUEST,
                json!({
                    "name": error.name, "message": error.message, "code": error.code,
                    "description": error.message, "fromSandbox": true, "statusCode": 400,
                }),
            ),
            Self::NotCompleted => (
                StatusCode::INTERNAL_SERVER_ERROR,
                json!({
                    "name": "Error", "code": "internal_error", "statusCode": 500,
                    "description": "It could not be completed. Please contact the administrator.",
                }),
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                json!({
                    "name": "TooManyRequests", "code": "too_many_requests", "statusCode": 429,
                    "description": "Too many requests from this address. Please try again later.",
                }),
            ),
            Self::TryAgain => (
                StatusCode::SERVICE_UNAVAILABLE,
                json!({
                    "name": "Error", "code": "temporarily_unavailable", "statusCode": 503,
                    "description": "It could not be completed at this time. Please try again later.",
                }),
            ),
            // The request log writes the body.
            Self::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, Value::Null),
        }
    }
}

fn bad_password(breach: &PolicyBreach) -> Value {
    let mut body = json!({
        "name": breach.name(), "message": breach.message(), "code": "invalid_password",
        "description": breach.message(), "statusCode": 400,
    });
    match breach {
        PolicyBreach::Weak(report) => {
            body["description"] = report.to_json();
            body["policy"] = report.text().into();
        }
        PolicyBreach::Common => {
            body["description"] = "Password is not allowed, it might be too common.".into();
        }
        PolicyBreach::Personal | PolicyBreach::Reused => {}
    }
    body
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Failed(failure) = self {
            return failure.into_response();
        }
        let (status, body) = self.parts();
        let mut response = (status, Json(body)).into_response();
        if matches!(self, Self::TryAgain | Self::TooMany) {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}
