use serde_json::{Map, Value};

use crate::ClientId;

/// A way to get tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grant {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.3, against the tenant's default connection.
    Password,
    /// The same against the connection that `realm` names.
    PasswordRealm,
    /// RFC 6749 §4.1: what the login page gave.
    AuthorizationCode,
    /// RFC 6749 §4.2: tokens straight from the login page.
    Implicit,
    /// RFC 6749 §6.
    RefreshToken,
    /// A one-time password after a password.
    MfaOtp,
}

/// A grant type that is not known.
#[derive(Debug, thiserror::Error)]
#[error(
    "unknown grant {0:?}; there are client_credentials, password, password-realm, authorization_code, implicit, refresh_token, mfa-otp"
)]
pub struct UnknownGrant(pub String);

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 7] = [
        Self::ClientCredentials,
        Self::Password,
        Self::PasswordRealm,
        Self::AuthorizationCode,
        Self::Implicit,
        Self::RefreshToken,
        Self::MfaOtp,
    ];

    /// The value of `grant_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::PasswordRealm => "http://auth0.com/oauth/grant-type/password-realm",
            Self::AuthorizationCode => "authorization_code",
            Self::Implicit => "implicit",
            Self::RefreshToken => "refresh_token",
            Self::MfaOtp => "http://auth0.com/oauth/grant-type/mfa-otp",
        }
    }
}

impl std::str::FromStr for Grant {
    type Err = UnknownGrant;

    /// Reads the value of `grant_type`, and `password-realm` and `mfa-otp` for short.
    fn from_str(s: &str) -> Result<Self, UnknownGrant> {
        match s {
            "password-realm" => Ok(Self::PasswordRealm),
            "mfa-otp" => Ok(Self::MfaOtp),
            _ => Self::ALL
                .into_iter()
                .find(|grant| grant.as_str() == s)
                .ok_or_else(|| UnknownGrant(s.to_owned())),
        }
    }
}

/// The right of clients to tokens for one audience.
#[derive(Clone, Debug)]
pub struct ClientGrant {
    /// `cgr_` and 16 letters and digits.
    pub id: String,
    /// Whose it is.
    pub holder: GrantHolder,
    /// The API, for example `https://HOST/api/v2/`; the Management API is stored as `urn:trickle:management`.
    pub audience: String,
    /// Scopes it gets.
    pub scopes: Vec<String>,
    /// All other fields, as they were sent.
    pub settings: Map<String, Value>,
}

impl ClientGrant {
    /// Whom tokens by this grant are about; the client itself where it does not say.
    pub fn subject(&self) -> GrantSubject {
        let named = self.settings.get(GrantSubject::SETTING);
        let named = named.and_then(Value::as_str);
        named.and_then(GrantSubject::named).unwrap_or_default()
    }

    /// Whether it gives all scopes that the API has.
    pub fn allows_all_scopes(&self) -> bool {
        self.settings.get("allow_all_scopes") == Some(&Value::Bool(true))
    }
}

/// Whose a client grant is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantHolder {
    /// One client's.
    Client(ClientId),
    /// Of every client that the tenant does not run itself and that has none for the same audience and subject.
    ThirdPartyClients,
}

impl GrantHolder {
    /// The field of a grant that names clients of a kind in the place of `client_id`.
    pub const SETTING: &str = "default_for";
    /// What it says of clients that others run; nothing else is known.
    pub const THIRD_PARTY: &str = "third_party_clients";

    /// The one client.
    pub const fn client(&self) -> Option<&ClientId> {
        match self {
            Self::Client(id) => Some(id),
            Self::ThirdPartyClients => None,
        }
    }

    /// The value of [`SETTING`](Self::SETTING), of grants that are not one client's.
    pub const fn default_for(&self) -> Option<&'static str> {
        match self {
            Self::Client(_) => None,
            Self::ThirdPartyClients => Some(Self::THIRD_PARTY),
        }
    }
}

impl From<ClientId> for GrantHolder {
    fn from(id: ClientId) -> Self {
        Self::Client(id)
    }
}

/// Whom a token is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GrantSubject {
    /// The client itself.
    #[default]
    Client,
    /// A person who logged in.
    User,
    /// A person who did not.
    AnonymousUser,
}

impl GrantSubject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Client, Self::User, Self::AnonymousUser];
    /// The field of a grant that names it.
    pub const SETTING: &str = "subject_type";

    /// As the API names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
            Self::AnonymousUser => "anonymous_user",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}
