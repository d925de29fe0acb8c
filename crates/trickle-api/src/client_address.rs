//! Who is at the other end.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderValue, header::USER_AGENT, request::Parts},
};
use trickle_engine::Caller;
use trickle_model::ClientId;

/// Longest `User-Agent` that is kept.
const USER_AGENT_MAX_CHARS: usize = 512;

/// Address and `User-Agent` of a request, as texts once somebody needs them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientAddress {
    ip: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
    /// From `auth0-forwarded-for`; to be believed of a client that has proven who it is.
    forwarded: Option<IpAddr>,
}

/// The address of the person for whom a server-side application asks.
const FORWARDED: &str = "auth0-forwarded-for";

impl ClientAddress {
    /// The caller where the person asks without an application in between.
    pub(crate) fn into_callers_own(self, client: Option<ClientId>) -> Caller {
        Caller {
            is_persons_address: true,
            ..self.into_caller(client)
        }
    }

    /// The caller, where an application with a secret may speak for a person elsewhere.
    pub(crate) fn into_caller_for_person(mut self, client: Option<ClientId>) -> Caller {
        let is_persons_address = self.forwarded.is_some();
        self.ip = self.forwarded.or(self.ip);
        Caller {
            is_persons_address,
            ..self.into_caller(client)
        }
    }

    /// The caller once its client is known.
    pub(crate) fn into_caller(self, client: Option<ClientId>) -> Caller {
        let user_agent = self.user_agent.as_ref();
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        Caller {
            client,
            ip: self.ip.map(|ip| ip.to_string()),
            is_persons_address: false,
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_MAX_CHARS).collect()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let forwarded = parts.headers.get(FORWARDED);
        let forwarded = forwarded.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok(Self {
            forwarded: forwarded.map(|ip: IpAddr| ip.to_canonical()),
            ip: peer.map(|peer| peer.0.ip().to_canonical()),
            user_agent: parts.headers.get(USER_AGENT).cloned(),
        })
    }
}
