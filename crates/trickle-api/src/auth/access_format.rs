//! What an API says of the access tokens for it.

use serde_json::{Map, Value};
use trickle_engine::LONGEST_ACCESS_TOKEN_SECONDS;
use trickle_store::{ResourceServer, Store};

use super::Error;
use crate::{host::Site, tokens::ACCESS_TOKEN_SECONDS};

/// Through what a token is handed out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// Straight from the login page, into a browser.
    Browser,
    /// From the token endpoint.
    Server,
}

/// Which claims name the client and the token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Profile {
    /// `azp` and `gty`.
    #[default]
    Auth0,
    /// `client_id` and `jti`, under the type `at+jwt` (RFC 9068 §2).
    Rfc9068,
}

impl Profile {
    /// The header's `typ`.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Auth0 => "JWT",
            Self::Rfc9068 => "at+jwt",
        }
    }
}

/// `token_dialect` of an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) profile: Profile,
    /// Whether tokens say in `permissions` what their subject may do.
    pub(crate) with_permissions: bool,
}

impl Dialect {
    /// All of them under their names.
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("access_token", Self::new(Profile::Auth0, false)),
        ("access_token_authz", Self::new(Profile::Auth0, true)),
        ("rfc9068_profile", Self::new(Profile::Rfc9068, false)),
        ("rfc9068_profile_authz", Self::new(Profile::Rfc9068, true)),
    ];

    const fn new(profile: Profile, with_permissions: bool) -> Self {
        Self {
            profile,
            with_permissions,
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, dialect)| *dialect)
    }
}

/// How access tokens for an API are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessFormat {
    /// In seconds.
    pub(crate) lives: i64,
    pub(crate) dialect: Dialect,
}

impl Default for AccessFormat {
    fn default() -> Self {
        Self {
            lives: ACCESS_TOKEN_SECONDS,
            dialect: Dialect::default(),
        }
    }
}

impl AccessFormat {
    /// As the API of this audience says; the usual one where it says nothing, or is none of the tenant's own.
    pub(crate) async fn of(
        site: &Site,
        store: &Store,
        audience: Option<&str>,
        door: Door,
    ) -> Result<Self, Error> {
        let api = Self::api(site, store, audience).await?;
        Ok(Self::of_api(api.as_ref(), door))
    }

    /// The tenant's API of this audience.
    pub(crate) async fn api(
        site: &Site,
        store: &Store,
        audience: Option<&str>,
    ) -> Result<Option<ResourceServer>, Error> {
        let Some(audience) = audience else {
            return Ok(None);
        };
        let api = store.resource_server(&site.tenant.id, audience).await?;
        Ok(api.filter(|api| api.identifier == audience))
    }

    /// As the API says, if there is one.
    pub(crate) fn of_api(api: Option<&ResourceServer>, door: Door) -> Self {
        api.map_or_else(Self::default, |api| Self::read(&api.settings, door))
    }

    /// What was stored before it was checked may be anything.
    fn read(settings: &Map<String, Value>, door: Door) -> Self {
        let seconds = |name: &str| {
            let given = settings.get(name).and_then(Value::as_i64);
            given.filter(|seconds| (1..=LONGEST_ACCESS_TOKEN_SECONDS).contains(seconds))
        };
        let all = seconds("token_lifetime").unwrap_or(ACCESS_TOKEN_SECONDS);
        let dialect = settings.get("token_dialect").and_then(Value::as_str);
        Self {
            lives: match door {
                Door::Server => all,
                Door::Browser => seconds("token_lifetime_for_web").unwrap_or(all),
            },
            dialect: dialect.and_then(Dialect::from_name).unwrap_or_default(),
        }
    }
}
