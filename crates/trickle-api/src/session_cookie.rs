//! The cookies of people who are logged in.

use axum::{
    http::{HeaderMap, HeaderValue, header::SET_COOKIE},
    response::Response,
};
use trickle_model::Secret;

use crate::cookies::{self, SameSite};

const SESSION: &str = "__Host-trickle_session";
/// As long as the longest session.
const SESSION_SECONDS: i64 = 7 * 86_400;
const TICKET: &str = "__Host-trickle_ticket";
const TICKET_SECONDS: i64 = 60;

/// The session's cookie.
pub(crate) fn get(headers: &HeaderMap) -> Option<&str> {
    cookies::get(headers, SESSION)
}

/// Adds the session's cookie.
pub(crate) fn set(response: Response, session: &Secret) -> Response {
    let value = session.expose();
    with(
        response,
        &cookies::set(SESSION, value, SameSite::None, Some(SESSION_SECONDS)),
    )
}

/// Takes the session's cookie away.
pub(crate) fn clear(response: Response) -> Response {
    with(
        response,
        &cookies::set(SESSION, "", SameSite::None, Some(0)),
    )
}

/// The cookie that binds a login ticket to its browser.
pub(crate) fn get_ticket(headers: &HeaderMap) -> Option<&str> {
    cookies::get(headers, TICKET)
}

/// Adds that cookie.
pub(crate) fn set_ticket(response: Response, browser: &Secret) -> Response {
    let value = browser.expose();
    with(
        response,
        &cookies::set(TICKET, value, SameSite::None, Some(TICKET_SECONDS)),
    )
}

fn with(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
