//! `/sessions`, `/refresh-tokens`: what users are logged in by.

mod refresh_tokens;
mod sessions;

use trickle_model::UserId;
use trickle_store::Store;

use self::{refresh_tokens::REFRESH_TOKEN, sessions::SESSION};
use super::{
    Bearer, Error,
    operation::{CURSOR, Operation, Shape},
};

pub(super) fn operations() -> Vec<Operation> {
    const SESSIONS: &str = "/users/{id}/sessions";
    const ONE_SESSION: &str = "/sessions/{id}";
    const TOKENS: &str = "/users/{id}/refresh-tokens";
    const ONE_TOKEN: &str = "/refresh-tokens/{id}";
    // Clients of these routes expect that their ends take a while.
    const ACCEPTED: u16 = 202;
    vec![
        Operation::get(SESSIONS, &["read:sessions"], sessions::list)
            .says("Lists the browsers in which a user is logged in, the newest first")
            .query(&[CURSOR])
            .gives(Shape::Listed("sessions", &SESSION)),
        Operation::delete(SESSIONS, &["delete:sessions"], sessions::end_all)
            .says("Ends the sessions of a user")
            .status(ACCEPTED),
        Operation::get(ONE_SESSION, &["read:sessions"], sessions::show)
            .says("Shows a session")
            .gives(Shape::One(&SESSION)),
        Operation::delete(ONE_SESSION, &["delete:sessions"], sessions::end)
            .says("Ends a session")
            .status(ACCEPTED),
        Operation::get(TOKENS, &["read:refresh_tokens"], refresh_tokens::list)
            .says("Lists the refresh tokens of a user, the newest first; those that go back to the same login are one")
            .query(&[CURSOR])
            .gives(Shape::Listed("tokens", &REFRESH_TOKEN)),
        Operation::delete(TOKENS, &["delete:refresh_tokens"], refresh_tokens::end_all)
            .says("Ends the refresh tokens of a user")
            .status(ACCEPTED),
        Operation::get(ONE_TOKEN, &["read:refresh_tokens"], refresh_tokens::show)
            .says("Shows a refresh token, not its text")
            .gives(Shape::One(&REFRESH_TOKEN)),
        Operation::delete(ONE_TOKEN, &["delete:refresh_tokens"], refresh_tokens::end)
            .says("Ends a refresh token and all that go back to the same login")
            .status(ACCEPTED),
    ]
}

/// The user of a path.
async fn user(caller: &Bearer, store: &Store, id: String) -> Result<UserId, Error> {
    let id = UserId::from_text(id);
    let user = store.user(caller.tenant(), &id).await?;
    user.map(|_| id).ok_or(Error::NoUser)
}
