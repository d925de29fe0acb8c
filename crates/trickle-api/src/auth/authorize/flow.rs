//! A login under way. It is kept by the browser, sealed: strangers who only look at the page leave nothing in the store.

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use trickle_model::{ClientId, Secret, TenantId};
use trickle_store::Store;

use super::{ResponseMode, ResponseTypes};
use crate::cookies;

/// How long a page can be looked at before something is typed.
const LIVES_SECONDS: i64 = 3_600;
const PURPOSE: &str = "login-flow";
const COOKIE: &str = "__Host-trickle_flow";

/// What an application asked for, checked; as `state` of the pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) client: ClientId,
    pub(crate) redirect_uri: String,
    pub(crate) named_redirect_uri: bool,
    pub(crate) types: ResponseTypes,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Option<String>,
    pub(crate) challenge: Option<String>,
    /// Name of the connection.
    pub(crate) connection: Option<String>,
    pub(crate) login_hint: Option<String>,
    /// What was typed on the first page, where identifiers are asked for first.
    #[serde(default)]
    pub(crate) identifier: Option<String>,
    /// Id of the organization.
    #[serde(default)]
    pub(crate) organization: Option<String>,
    /// The ticket of an invitation to the organization.
    #[serde(default)]
    pub(crate) invitation: Option<String>,
    /// `mfa_token` of a password that was right.
    pub(crate) mfa_token: Option<String>,
    /// In seconds since 1970.
    pub(crate) expires_at: i64,
    /// SHA-256 of the cookie: the flow goes on in the browser in which it began, and nowhere else. So it is the CSRF token as well.
    pub(crate) browser: String,
}

impl Flow {
    /// The text for `state`.
    pub(crate) fn seal(&self, store: &Store, tenant: &TenantId) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        store.seal_text(tenant, PURPOSE, &json)
    }

    /// A flow of this tenant in this browser that has not expired.
    pub(crate) fn open(
        store: &Store,
        tenant: &TenantId,
        sealed: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Self> {
        let json = store.open_text(tenant, PURPOSE, sealed)?;
        let flow: Self = serde_json::from_str(&json).ok()?;
        let cookie = cookies::get(headers, COOKIE)?;
        let same = hash(cookie).as_bytes().ct_eq(flow.browser.as_bytes());
        (bool::from(same) && flow.expires_at > now.as_second()).then_some(flow)
    }

    /// When a flow that begins now ends.
    pub(super) fn end(now: Timestamp) -> i64 {
        now.as_second() + LIVES_SECONDS
    }
}

/// The cookie that binds flows to a browser; several tabs share it.
pub(crate) struct FlowCookie(Secret);

impl FlowCookie {
    /// The browser's, or a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let known = cookies::get(headers, COOKIE).filter(|value| value.len() == 43);
        Self(known.map_or_else(cookies::random, Secret::new))
    }

    pub(super) fn hash(&self) -> String {
        hash(self.0.expose())
    }

    /// `Set-Cookie`. A link from the application leads here, so that it must be sent after links.
    pub(super) fn set(&self) -> String {
        cookies::set(COOKIE, self.0.expose(), cookies::SameSite::Lax, None)
    }
}

fn hash(cookie: &str) -> String {
    let digest = Sha256::digest(cookie.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
