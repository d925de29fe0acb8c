//! Errors as RFC 6749 §5.2 and existing clients know them.

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;
use trickle_engine::EngineError;
use trickle_model::{Secret, UserId};
use trickle_store::StoreError;

use super::answer::{Refusal, undecided};
use crate::{
    failure::{Failure, Flavour},
    tokens::TokenError,
};

/// The challenge for clients that are not known.
pub(super) const BASIC: &str = "Basic";

/// Why an endpoint of the Authentication API refuses.
#[derive(Clone, Debug)]
pub(crate) enum Error {
    /// The body is neither a JSON object nor a form, and why.
    Malformed(String),
    /// A parameter is not there.
    Missing(&'static str),
    /// A parameter has another type than text.
    NotText(String),
    /// A parameter that is longer than any sensible value.
    TooLong(&'static str),
    /// A parameter that cannot be served.
    NotAllowed(&'static str),
    /// A parameter without which this client is not served.
    Required(&'static str),
    /// No such organization.
    OrganizationNotFound,
    /// A connection through which nobody logs in for the organization.
    NotForOrganization,
    /// A program whose grant does not count for the organization.
    GrantNotForOrganization,
    /// An invitation that is unknown, used, ended or another application's.
    BadInvitation,
    /// An invitation of another address.
    OthersInvitation,
    /// Somebody who does not belong to the organization.
    NoMember {
        /// Who.
        user: UserId,
        /// Its id.
        organization: String,
    },
    /// A grant that nobody gets here.
    UnsupportedGrant(String),
    /// A parameter that comes more than once.
    Repeated(String),
    /// A grant that this client does not get.
    GrantNotAllowed(&'static str),
    /// An address to return to that the client did not register.
    CallbackMismatch,
    /// An address to return to whose origin gets no messages.
    WebOriginMismatch,
    /// An address to return to after a logout, by its parameter, that is not registered.
    LogoutMismatch(&'static str),
    /// A `response_type` that nobody gets here.
    UnsupportedResponseType(String),
    /// Nobody is logged in, and no page may be shown.
    LoginRequired,
    /// A login ticket that is unknown, used, expired, or of another browser.
    BadLoginTicket,
    /// Another origin than those of the client, or none.
    OriginNotAllowed,
    /// The client lets no other origins log people in.
    CrossOriginNotEnabled,
    /// A code that is unknown, used, expired or another client's.
    BadCode,
    /// A code verifier that does not fit.
    BadVerifier,
    /// A refresh token that is unknown, used, expired or another client's.
    BadRefreshToken,
    /// The password was right, and a second factor is needed; with the token to go on with.
    SecondFactorRequired(Secret),
    /// A `mfa_token` that is unknown, used or expired.
    BadMfaToken,
    /// A kind of second factor that nobody is asked for here.
    UnsupportedChallenge,
    /// Somebody who has a second factor already.
    AlreadyEnrolled,
    /// A one-time password that is wrong or was used.
    BadOtp,
    /// Too many wrong one-time passwords.
    TooManyOtps,
    /// Unknown client or wrong secret: nobody learns which.
    BadClient,
    /// An assertion under the client's own key that lives longer than one may; with the most, in seconds.
    LongAssertion(i64),
    /// An audience that is no API here.
    UnknownAudience(String),
    /// An API to which the client has no right.
    AudienceNotGranted(String),
    /// Scopes of an API that the client's grant has not.
    ScopesNotGranted(String),
    /// The realm names no connection.
    ConnectionNotFound,
    /// The connection does not serve this client.
    ConnectionDisabled,
    /// There is no realm and the tenant has no default one.
    NoDefaultDirectory,
    /// The login failed.
    Login(Refusal),
    /// No, or no valid, access token.
    InvalidToken,
    /// We failed.
    Failed(Failure),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        Self::Failed(Failure::new(Flavour::OAuth, error))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Failed(Failure::new(Flavour::OAuth, error))
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        Self::Failed(Failure::new(Flavour::OAuth, error))
    }
}

impl Error {
    /// The user's logins were ended, or it was linked otherwise, blocked or deleted, while this login was under way.
    pub(crate) fn overtaken() -> Self {
        Self::Login(undecided())
    }

    /// Status, `error` and `error_description`.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::Malformed(why) => (StatusCode::BAD_REQUEST, "invalid_request", why.clone()),
            Self::Missing(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("Missing required parameter: {name}"),
            ),
            Self::NotText(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("Parameter must be a string: {name}"),
            ),
            Self::TooLong(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("Parameter is too long: {name}"),
            ),
            Self::NotAllowed(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("parameter {name} is not allowed for this client"),
            ),
            Self::Required(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("parameter {name} is required for this client"),
            ),
            Self::OrganizationNotFound => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the organization was not found".to_owned(),
            ),
            Self::NotForOrganization => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the connection is not enabled for the organization".to_owned(),
            ),
            Self::GrantNotForOrganization => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "the client grant is not associated with the organization".to_owned(),
            ),
            Self::BadInvitation => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "invitation not found or already used".to_owned(),
            ),
            Self::OthersInvitation => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "the invitation is for another email address".to_owned(),
            ),
            Self::NoMember { user, organization } => (
                StatusCode::FORBIDDEN,
                "access_denied",
                format!("user {user} is not part of the {organization} organization"),
            ),
            Self::UnsupportedGrant(grant) => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                format!("Unsupported grant type: {grant}"),
            ),
            Self::Repeated(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("Parameter appears more than once: {name}"),
            ),
            Self::GrantNotAllowed(grant) => (
                StatusCode::FORBIDDEN,
                "unauthorized_client",
                format!("Grant type '{grant}' not allowed for the client."),
            ),
            Self::CallbackMismatch => (
                StatusCode::FORBIDDEN,
                "invalid_request",
                "Callback URL mismatch: redirect_uri is not among the client's allowed callback URLs"
                    .to_owned(),
            ),
            Self::WebOriginMismatch => (
                StatusCode::FORBIDDEN,
                "invalid_request",
                "The origin of redirect_uri is not among the client's allowed web origins".to_owned(),
            ),
            Self::LogoutMismatch(name) => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                format!("{name} is not among the allowed logout URLs"),
            ),
            Self::UnsupportedResponseType(types) => (
                StatusCode::BAD_REQUEST,
                "unsupported_response_type",
                format!("Unsupported response type: {types}"),
            ),
            Self::LoginRequired => (
                StatusCode::FORBIDDEN,
                "login_required",
                "Login required".to_owned(),
            ),
            Self::BadLoginTicket => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "Unknown or invalid login ticket.".to_owned(),
            ),
            Self::OriginNotAllowed => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "Origin is not allowed for this client.".to_owned(),
            ),
            Self::CrossOriginNotEnabled => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "Cross origin login not enabled.".to_owned(),
            ),
            Self::BadCode => (
                StatusCode::FORBIDDEN,
                "invalid_grant",
                "Invalid authorization code".to_owned(),
            ),
            Self::BadVerifier => (
                StatusCode::FORBIDDEN,
                "invalid_grant",
                "Failed to verify code verifier".to_owned(),
            ),
            Self::BadRefreshToken => (
                StatusCode::FORBIDDEN,
                "invalid_grant",
                "Unknown or invalid refresh token.".to_owned(),
            ),
            Self::SecondFactorRequired(_) => (
                StatusCode::FORBIDDEN,
                "mfa_required",
                "Multifactor authentication required".to_owned(),
            ),
            Self::BadMfaToken => (
                StatusCode::FORBIDDEN,
                "invalid_grant",
                "Malformed or expired mfa_token".to_owned(),
            ),
            Self::UnsupportedChallenge => (
                StatusCode::BAD_REQUEST,
                "unsupported_challenge_type",
                "The only challenge_type is otp.".to_owned(),
            ),
            Self::AlreadyEnrolled => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "User is already enrolled.".to_owned(),
            ),
            Self::BadOtp => (
                StatusCode::FORBIDDEN,
                "invalid_grant",
                "Invalid otp_code.".to_owned(),
            ),
            Self::TooManyOtps => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "Too many wrong one-time passwords. Please try again later.".to_owned(),
            ),
            Self::BadClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Client authentication failed".to_owned(),
            ),
            Self::LongAssertion(most) => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                format!("Client authentication failed: client_assertion must expire within {most} seconds from now"),
            ),
            Self::UnknownAudience(audience) => (
                StatusCode::FORBIDDEN,
                "access_denied",
                format!("Service not found: {audience}"),
            ),
            Self::AudienceNotGranted(audience) => (
                StatusCode::FORBIDDEN,
                "access_denied",
                format!(
                    "Client is not authorized to access \"{audience}\". You need to create a \"client-grant\" associated to this API."
                ),
            ),
            Self::ScopesNotGranted(scopes) => (
                StatusCode::FORBIDDEN,
                "access_denied",
                format!("Client has not been granted scopes: {scopes}"),
            ),
            Self::ConnectionNotFound => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the connection was not found".to_owned(),
            ),
            Self::ConnectionDisabled => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "the connection was disabled".to_owned(),
            ),
            Self::NoDefaultDirectory => (
                StatusCode::FORBIDDEN,
                "server_error",
                "Authorization server not configured with default connection.".to_owned(),
            ),
            Self::Login(refusal) => (refusal.status, refusal.error, refusal.description.clone()),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The access token is missing, malformed or expired.".to_owned(),
            ),
            // The request log writes the body.
            Self::Failed(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                String::new(),
            ),
        }
    }

    /// The status, for answers that are no JSON.
    pub(crate) fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// `error`, for answers that are no JSON.
    pub(crate) fn code(&self) -> &'static str {
        self.parts().1
    }

    /// What the tenant's log says.
    pub(crate) fn description(&self) -> String {
        self.parts().2
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Failed(failure) = self {
            return failure.into_response();
        }
        let (status, error, description) = self.parts();
        let mut body = json!({"error": error, "error_description": description});
        if let Self::SecondFactorRequired(token) = &self {
            body["mfa_token"] = token.expose().into();
            body["mfa_requirements"] = json!({"challenge": [{"type": "otp"}]});
        }
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        // RFC 6749 §5.2; a `mfa_token` is as good as a password.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            // RFC 6749 §5.2 and RFC 6750 §3.
            Self::BadClient | Self::LongAssertion(_) => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(BASIC));
            }
            Self::InvalidToken => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(WWW_AUTHENTICATE, challenge);
            }
            Self::Login(refusal) => {
                if let Some(seconds) = refusal.retry_after_seconds {
                    headers.insert("retry-after", HeaderValue::from(seconds));
                }
            }
            _ => {}
        }
        response
    }
}
