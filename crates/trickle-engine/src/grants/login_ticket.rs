//! Logins that go on in another request: `/co/authenticate` proves the password, `/authorize` gives the tokens.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use trickle_model::{ClientId, ConnectionId, Secret, TenantId, UserId};
use trickle_store::{LoginBasis, OneTimePurpose, OneTimeToken, TakeOneTime};

use super::authorization::{from_map, to_map};
use crate::{
    Engine, EngineError,
    opaque::{new_token, token_hash},
};

/// The page goes on at once.
const TICKET_LIVES: SignedDuration = SignedDuration::from_secs(60);

/// What a login ticket is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginTicket {
    /// Who logged in.
    pub user: UserId,
    /// Through which connection.
    pub connection: ConnectionId,
    /// When, in milliseconds since 1970.
    pub authenticated_at: i64,
    /// On what the login rests.
    pub by: LoginBasis,
}

/// The ticket and what binds it to a browser.
#[derive(Clone, Debug)]
pub struct NewLoginTicket {
    /// `login_ticket`.
    pub ticket: Secret,
    /// Set as a cookie in the browser that typed the password.
    pub browser: Secret,
}

#[derive(Serialize, Deserialize)]
struct Details {
    client: ClientId,
    connection: ConnectionId,
    authenticated_at: i64,
    /// SHA-256 of the cookie.
    browser: String,
}

impl Engine {
    /// Makes a ticket for a person who has just logged in; none where the basis of the login holds no longer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn make_login_ticket(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        user: &UserId,
        connection: &ConnectionId,
        by: &LoginBasis,
    ) -> Result<Option<NewLoginTicket>, EngineError> {
        let made = NewLoginTicket {
            ticket: new_token(),
            browser: new_token(),
        };
        let now = self.parts.clock.now();
        let details = Details {
            client: client.clone(),
            connection: connection.clone(),
            authenticated_at: now.as_millisecond(),
            browser: token_hash(made.browser.expose()),
        };
        let token = OneTimeToken {
            id: token_hash(made.ticket.expose()),
            tenant: tenant.clone(),
            purpose: OneTimePurpose::LoginTicket,
            user: user.clone(),
            by: by.clone(),
            details: to_map(&details),
            expires_at: now + TICKET_LIVES,
        };
        let added = self.parts.store.add_one_time(&token).await;
        let added = added.map_err(EngineError::store("add the login ticket"))?;
        Ok(added.then_some(made))
    }

    /// Takes a ticket of this client in the browser that it was made for. A stolen one is worth nothing elsewhere.
    ///
    /// # Errors
    /// The store failed.
    pub async fn take_login_ticket(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        ticket: &str,
        browser: Option<&str>,
    ) -> Result<Option<LoginTicket>, EngineError> {
        let now = self.parts.clock.now();
        let taken = self
            .parts
            .store
            .take_one_time(
                tenant,
                &token_hash(ticket),
                OneTimePurpose::LoginTicket,
                now,
            )
            .await
            .map_err(EngineError::store("use the login ticket up"))?;
        let TakeOneTime::Taken(token) = taken else {
            return Ok(None);
        };
        let details: Details = from_map(token.details)?;
        let browser = token_hash(browser.unwrap_or_default());
        let same_browser = bool::from(browser.as_bytes().ct_eq(details.browser.as_bytes()));
        if details.client != *client || !same_browser {
            return Ok(None);
        }
        Ok(Some(LoginTicket {
            user: token.user,
            connection: details.connection,
            authenticated_at: details.authenticated_at,
            by: token.by,
        }))
    }
}
