//! `/sessions`, `/refresh-tokens`: what users are logged in by.

mod handlers;
mod metadata;
mod narrowed;
mod refresh_tokens;
mod revoke;
mod sessions;

use self::{
    handlers::{end, end_all, list, show},
    metadata::change,
    refresh_tokens::{REFRESH_TOKEN, RefreshTokens},
    sessions::{SESSION, Sessions},
};
use super::operation::{CURSOR, FIELDS, Operation, Shape};

pub(super) fn operations() -> Vec<Operation> {
    const SESSIONS: &str = "/users/{id}/sessions";
    const ONE_SESSION: &str = "/sessions/{id}";
    const TOKENS: &str = "/users/{id}/refresh-tokens";
    const ONE_TOKEN: &str = "/refresh-tokens/{id}";
    // Clients of these routes expect that their ends take a while.
    const ACCEPTED: u16 = 202;
    vec![
        Operation::get(SESSIONS, &["read:sessions"], list::<Sessions>)
            .says("Lists the browsers in which a user is logged in, the newest first")
            .query(&[CURSOR])
            .gives(Shape::Listed("sessions", &SESSION)),
        Operation::delete(SESSIONS, &["delete:sessions"], end_all::<Sessions>)
            .says("Ends the sessions of a user")
            .status(ACCEPTED),
        Operation::get(ONE_SESSION, &["read:sessions"], show::<Sessions>)
            .says("Shows a session")
            .gives(Shape::One(&SESSION)),
        Operation::patch(ONE_SESSION, &["update:sessions"], change::<Sessions>)
            .says("Writes metadata down beside a session, in the place of what was")
            .takes(Shape::Schema(metadata::takes::<Sessions>))
            .gives(Shape::One(&SESSION)),
        Operation::delete(ONE_SESSION, &["delete:sessions"], end::<Sessions>)
            .says("Ends a session")
            .status(ACCEPTED),
        Operation::post(
            "/sessions/{id}/revoke",
            &["delete:sessions"],
            revoke::of_session,
        )
        .says("Ends a session, and the refresh tokens of its user")
        .status(ACCEPTED),
        Operation::post(
            "/users/{id}/revoke-access",
            &["delete:sessions"],
            revoke::of_user,
        )
        .says("Ends the sessions of a user, or one, and unless the body keeps them the refresh tokens")
        .takes(Shape::Schema(revoke::of_user_takes))
        .status(ACCEPTED),
        Operation::get(TOKENS, &["read:refresh_tokens"], list::<RefreshTokens>)
            .says("Lists the refresh tokens of a user, the newest first; those that go back to the same login are one")
            .query(&[CURSOR])
            .gives(Shape::Listed("tokens", &REFRESH_TOKEN)),
        Operation::delete(TOKENS, &["delete:refresh_tokens"], end_all::<RefreshTokens>)
            .says("Ends the refresh tokens of a user")
            .status(ACCEPTED),
        Operation::get(
            "/refresh-tokens",
            &["read:refresh_tokens"],
            narrowed::list,
        )
        .says("Lists the refresh tokens of a user, or of these those of a client, the newest first")
        .query(&[CURSOR, FIELDS, narrowed::WHOSE])
        .gives(Shape::Listed(narrowed::KEY, &REFRESH_TOKEN)),
        Operation::post(
            "/refresh-tokens/revoke",
            &["delete:refresh_tokens"],
            narrowed::revoke,
        )
        .says("Ends refresh tokens by their ids, or by user, client and audience")
        .takes(Shape::Schema(narrowed::revoked))
        .status(ACCEPTED),
        Operation::get(ONE_TOKEN, &["read:refresh_tokens"], show::<RefreshTokens>)
            .says("Shows a refresh token, not its text")
            .gives(Shape::One(&REFRESH_TOKEN)),
        Operation::patch(
            ONE_TOKEN,
            &["update:refresh_tokens"],
            change::<RefreshTokens>,
        )
        .says("Writes metadata down beside a refresh token, in the place of what was")
        .takes(Shape::Schema(metadata::takes::<RefreshTokens>))
        .gives(Shape::One(&REFRESH_TOKEN)),
        Operation::delete(ONE_TOKEN, &["delete:refresh_tokens"], end::<RefreshTokens>)
            .says("Ends a refresh token and all that go back to the same login")
            .status(ACCEPTED),
    ]
}
