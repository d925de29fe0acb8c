//! `{"statusCode":400,"error":"Bad Request","message":…,"errorCode":"invalid_body"}`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, Uri, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;
use trickle_engine::{EngineError, PolicyBreach};
use trickle_store::{LinkUser, SearchError, SearchFailed, StoreError};

use super::{ROOT, paging::no_cursor, users::refusal};
use crate::failure::{Failure, Flavour};

/// A kind of thing, as errors name it.
#[derive(Debug)]
pub(crate) struct Kind {
    /// In `errorCode`: `inexistent_client`.
    pub(crate) code: &'static str,
    /// For people: `client`.
    pub(crate) name: &'static str,
}

/// Why an operation is refused.
#[derive(Debug)]
pub(crate) enum Error {
    /// No token.
    Unauthenticated,
    /// Something else where the token should be.
    BadAuthorization,
    /// A token that others signed.
    BadSignature,
    /// A token of another kind, for another API, or too old.
    BadToken,
    /// None of these scopes.
    InsufficientScope(&'static [&'static str]),
    /// A body that does not fit, and why; it names the field.
    Body(String),
    /// A body beyond [`crate::BODY_MAX_BYTES`].
    BodyTooLarge,
    /// A file of users beyond the operator's limit, in bytes.
    FileTooLarge(u64),
    /// The database has lost rows of an upload.
    UploadLost,
    /// The tenant has too many jobs that have not ended.
    TooManyJobs,
    /// No such job.
    NoJob,
    /// A query parameter that does not fit, and why; it names the parameter.
    Query(String),
    /// No such connection.
    NoConnection,
    /// A connection that the body names is not there.
    UnknownConnection,
    /// No such user.
    NoUser,
    /// Nothing of that kind under this id.
    Missing(&'static Kind),
    /// The body names something of that kind that is not there.
    Unknown(&'static Kind),
    /// The same, and what the body calls it: tools send many names at once, and show this alone.
    UnknownNamed(&'static Kind, String),
    /// There is one of that kind already.
    Exists(&'static Kind),
    /// Two users who are not linked, and why.
    NotLinked(LinkUser),
    /// The name of a connection is taken.
    ConnectionExists,
    /// A realm of a connection is taken.
    RealmExists,
    /// There is such a user, here or in the legacy store.
    UserExists,
    /// The password may not be chosen.
    BadPassword(PolicyBreach),
    /// A script got in the way; administrators may know how.
    Script(String),
    /// A setting that stays as it is, because what it sets is not here.
    Unsupported(String),
    /// Nothing here does what the operation is for: a sentence that says why and what to do.
    NotServed(&'static str),
    /// What may have kept people out and does not here, and what it is.
    Unserved(String),
    /// Something else stands in the way, and what.
    Conflict(String),
    /// Something that uses it stands in the way of its removal, and what.
    InUse(String),
    /// The legacy store cannot be asked.
    LegacyStoreDown(String),
    /// The tenant has made too many requests within a second.
    TooManyRequests,
    /// A search that takes longer than anybody waits.
    SearchTooSlow,
    /// Too much is going on.
    Busy,
    /// No such path.
    NotFound,
    /// No such method under this path.
    MethodNotAllowed,
    /// We failed.
    Failed(Failure),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooSlow { .. } => Self::SearchTooSlow,
            StoreError::TooLarge { most_bytes, .. } => {
                Self::Body(format!("Expected at most {most_bytes} bytes"))
            }
            StoreError::NoSuchPlace { .. } => no_cursor(),
            error => Self::Failed(Failure::new(Flavour::Management, error)),
        }
    }
}

impl From<SearchError> for Error {
    fn from(error: SearchError) -> Self {
        Self::Query(format!("{error}, on property q"))
    }
}

impl From<SearchFailed> for Error {
    fn from(error: SearchFailed) -> Self {
        match error {
            SearchFailed::Query(error) => error.into(),
            SearchFailed::Store(error) => error.into(),
        }
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        Self::Failed(Failure::new(Flavour::Management, error))
    }
}

impl Error {
    /// Status, `message` and `errorCode`.
    #[expect(clippy::too_many_lines, reason = "one row for each error")]
    fn parts(&self) -> (StatusCode, String, Option<&'static str>) {
        let text = str::to_owned;
        match self {
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                text("Missing authentication"),
                None,
            ),
            Self::BadAuthorization => (
                StatusCode::BAD_REQUEST,
                text("Bad HTTP authentication header format"),
                Some("Bearer"),
            ),
            Self::BadSignature => (
                StatusCode::UNAUTHORIZED,
                text("Invalid signature received for JSON Web Token validation."),
                None,
            ),
            Self::BadToken => (StatusCode::UNAUTHORIZED, text("Invalid token"), None),
            Self::InsufficientScope(scopes) => (
                StatusCode::FORBIDDEN,
                format!("Insufficient scope, expected any of: {}", scopes.join(",")),
                Some("insufficient_scope"),
            ),
            Self::Body(why) => (
                StatusCode::BAD_REQUEST,
                format!("Payload validation error: '{why}'."),
                Some("invalid_body"),
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "Payload validation error: 'The body may have {} bytes'.",
                    crate::BODY_MAX_BYTES
                ),
                Some("invalid_body"),
            ),
            Self::FileTooLarge(limit) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("Payload validation error: 'The file of users may have {limit} bytes'."),
                Some("invalid_body"),
            ),
            Self::UploadLost => (
                StatusCode::SERVICE_UNAVAILABLE,
                text(
                    "The database has lost rows of the upload, as in a crash; nothing was imported. Send the file again.",
                ),
                Some("temporarily_unavailable"),
            ),
            Self::TooManyJobs => (
                StatusCode::TOO_MANY_REQUESTS,
                text("Too many jobs have not ended; wait for some of them and try again."),
                Some("too_many_requests"),
            ),
            Self::NoJob => (
                StatusCode::NOT_FOUND,
                text("The job does not exist."),
                Some("inexistent_job"),
            ),
            Self::Query(why) => (
                StatusCode::BAD_REQUEST,
                format!("Query validation error: '{why}'."),
                Some("invalid_query_string"),
            ),
            Self::NoConnection => (
                StatusCode::NOT_FOUND,
                text("The connection does not exist"),
                Some("inexistent_connection"),
            ),
            Self::UnknownConnection => (
                StatusCode::BAD_REQUEST,
                text("The connection does not exist."),
                Some("inexistent_connection"),
            ),
            Self::NoUser => (
                StatusCode::NOT_FOUND,
                text("The user does not exist."),
                Some("inexistent_user"),
            ),
            Self::Missing(kind) => (
                StatusCode::NOT_FOUND,
                format!("The {} does not exist", kind.name),
                Some(kind.code),
            ),
            Self::Unknown(kind) => (
                StatusCode::BAD_REQUEST,
                format!("The {} does not exist.", kind.name),
                Some(kind.code),
            ),
            Self::UnknownNamed(kind, name) => (
                StatusCode::BAD_REQUEST,
                format!("The {} {name} does not exist.", kind.name),
                Some(kind.code),
            ),
            Self::Exists(kind) => (
                StatusCode::CONFLICT,
                format!("The {} already exists.", kind.name),
                Some("conflict"),
            ),
            Self::NotLinked(refused) => {
                let (status, why, code) = refusal(*refused);
                (status, why, Some(code))
            }
            Self::ConnectionExists => (
                StatusCode::CONFLICT,
                text("A connection with the same name already exists"),
                Some("conflict"),
            ),
            Self::RealmExists => (
                StatusCode::CONFLICT,
                text("Another connection has one of the realms already"),
                Some("conflict"),
            ),
            Self::UserExists => (
                StatusCode::CONFLICT,
                text("The user already exists."),
                Some("auth0_idp_error"),
            ),
            Self::BadPassword(breach) => (
                StatusCode::BAD_REQUEST,
                format!("{}: {}", breach.name(), breach.message()),
                Some("invalid_password"),
            ),
            Self::Script(why) => (
                StatusCode::BAD_REQUEST,
                format!("Sandbox Error: {why}"),
                Some("auth0_idp_error"),
            ),
            Self::Unsupported(name) => (
                StatusCode::BAD_REQUEST,
                format!("This is not served here and stays as it is: {name}"),
                Some("operation_not_supported"),
            ),
            Self::NotServed(why) => (
                StatusCode::BAD_REQUEST,
                format!("This is not served here. {why}."),
                Some("operation_not_supported"),
            ),
            Self::Unserved(what) => (
                StatusCode::BAD_REQUEST,
                format!(
                    "This is not served here and may have kept people out: {what}. Leave it out or turn it off; or let the tenant say \
                     that it knows, with {{\"trickle\":{{\"keep_unserved\":true}}}} to PATCH /api/v2/tenants/settings or with \
                     `trickle tenant keep-unserved TENANT on`, and it is kept without effect."
                ),
                Some("operation_not_supported"),
            ),
            Self::Conflict(why) => (StatusCode::CONFLICT, why.clone(), Some("auth0_idp_error")),
            Self::InUse(why) => (
                StatusCode::PRECONDITION_FAILED,
                why.clone(),
                Some("precondition_failed"),
            ),
            Self::LegacyStoreDown(why) => (
                StatusCode::SERVICE_UNAVAILABLE,
                format!("Sandbox Error: {why}"),
                Some("auth0_idp_error"),
            ),
            Self::TooManyRequests => (
                StatusCode::TOO_MANY_REQUESTS,
                text(
                    "Too many requests within a second; see the headers X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset.",
                ),
                Some("too_many_requests"),
            ),
            Self::SearchTooSlow => (
                StatusCode::SERVICE_UNAVAILABLE,
                text(
                    "The query takes too long; search by a whole value, or by the beginning of an address.",
                ),
                Some("query_timeout"),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                text("Too many requests at once; nothing was done."),
                Some("temporarily_unavailable"),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                text(
                    "There is nothing under this address; GET /api/v2/openapi.json lists what is served.",
                ),
                None,
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                text(
                    "This address has no such method; GET /api/v2/openapi.json lists what is served.",
                ),
                None,
            ),
            // The request log writes the body.
            Self::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, String::new(), None),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Failed(failure) = self {
            return failure.into_response();
        }
        let (status, message, code) = self.parts();
        let mut body = json!({
            "statusCode": status.as_u16(),
            "error": status.canonical_reason(),
            "message": message,
        });
        if let Some(code) = code {
            body["errorCode"] = code.into();
        }
        if matches!(self, Self::BadToken) {
            body["attributes"] = json!({"error": "Invalid token"});
        }
        let mut response = (status, Json(body)).into_response();
        let retry_after = match self {
            Self::TooManyRequests => Some("1"),
            Self::Busy | Self::LegacyStoreDown(_) | Self::TooManyJobs | Self::UploadLost => {
                Some("10")
            }
            _ => None,
        };
        if let Some(seconds) = retry_after {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

/// Everything that is not there; below [`ROOT`] in this API's words.
pub(crate) async fn not_found(uri: Uri) -> Result<StatusCode, Error> {
    match uri.path().strip_prefix(ROOT) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Err(Error::NotFound),
        _ => Ok(StatusCode::NOT_FOUND),
    }
}

/// Everything that is there with another method.
pub(super) async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}
