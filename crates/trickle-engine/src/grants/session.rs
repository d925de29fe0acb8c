//! Sessions of the login page.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trickle_model::{ConnectionId, Secret, TenantId, User, UserId};
use trickle_store::{LoginBasis, LoginSession};

use super::authorization::{from_map, to_map};
use crate::{
    Engine, EngineError,
    opaque::{new_token, token_hash},
};

/// A week, and three days without use: the defaults of existing tenants.
const LIVES: SignedDuration = SignedDuration::from_hours(168);
const IDLES: SignedDuration = SignedDuration::from_hours(72);
/// The end is not moved more often than this: each time is a write.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A browser in which somebody is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id; see [`session_id`].
    pub id: String,
    /// Who.
    pub user: User,
    /// Through which connection.
    pub connection: ConnectionId,
    /// When the password was typed.
    pub authenticated_at: Timestamp,
    /// Whether a second factor was asked for.
    pub with_second_factor: bool,
    /// On what the login rests.
    pub by: LoginBasis,
}

/// The id of the session with this cookie: what `/api/v2/sessions/{id}` takes and `sid` of ID tokens says. As it is the cookie's SHA-256,
/// whoever knows it knows no cookie.
pub fn session_id(cookie: &Secret) -> String {
    token_hash(cookie.expose())
}

#[derive(Serialize, Deserialize)]
struct Details {
    connection: ConnectionId,
    with_second_factor: bool,
}

impl Engine {
    /// Begins a session; the one that this browser had ends. Gives the cookie, of which only the hash is kept: always a new one,
    /// so that nobody can prepare a browser with a cookie that they know. None where the basis of the login holds no longer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn begin_session(
        &self,
        tenant: &TenantId,
        user: &UserId,
        connection: &ConnectionId,
        with_second_factor: bool,
        old_cookie: Option<&str>,
        by: &LoginBasis,
    ) -> Result<Option<Secret>, EngineError> {
        let cookie = new_token();
        let now = self.parts.clock.now();
        let session = LoginSession {
            id: session_id(&cookie),
            tenant: tenant.clone(),
            user: user.clone(),
            by: by.clone(),
            details: to_map(&Details {
                connection: connection.clone(),
                with_second_factor,
            }),
            authenticated_at: now,
            idle_expires_at: now + IDLES,
            expires_at: now + LIVES,
        };
        let old = old_cookie.map(token_hash);
        let added = self.parts.store.add_session(&session, old.as_deref()).await;
        let added = added.map_err(EngineError::store("begin the session"))?;
        Ok(added.then_some(cookie))
    }

    /// Who is logged in in the browser with this cookie.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(
        &self,
        tenant: &TenantId,
        cookie: &str,
    ) -> Result<Option<Session>, EngineError> {
        let store = &self.parts.store;
        let now = self.parts.clock.now();
        let found = store.session(tenant, &token_hash(cookie), now).await;
        let found = found.map_err(EngineError::store("find the session"))?;
        let Some(found) = found else {
            return Ok(None);
        };
        let user = store.user(tenant, &found.user).await;
        let user = user.map_err(EngineError::store("read the user of the session"))?;
        let Some(user) = user.filter(|user| !user.blocked) else {
            return Ok(None);
        };
        if found.idle_expires_at < now + IDLES - TOUCH_EVERY {
            let touched = store.touch_session(tenant, &found.id, now + IDLES).await;
            touched.map_err(EngineError::store("prolong the session"))?;
        }
        let details: Details = from_map(found.details)?;
        Ok(Some(Session {
            id: found.id,
            user,
            connection: details.connection,
            authenticated_at: found.authenticated_at,
            with_second_factor: details.with_second_factor,
            by: found.by,
        }))
    }

    /// Ends all that a user is logged in by: who stole the old password has to log in again too.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_all_logins(&self, user: &User) -> Result<(), EngineError> {
        let ended = self
            .parts
            .store
            .end_all_logins(&user.tenant, &user.id)
            .await;
        ended.map_err(EngineError::store("end the user's sessions and tokens"))
    }

    /// Ends the session with this cookie; false without one.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_session(&self, tenant: &TenantId, cookie: &str) -> Result<bool, EngineError> {
        let id = token_hash(cookie);
        let ended = self.parts.store.end_session(tenant, &id).await;
        ended.map_err(EngineError::store("end the session"))
    }
}
