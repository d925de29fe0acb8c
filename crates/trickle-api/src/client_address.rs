//! Who is at the other end.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header::USER_AGENT, request::Parts},
};
use trickle_engine::Caller;
use trickle_model::ClientId;

/// Longest `User-Agent` that is kept.
const USER_AGENT_MAX_CHARS: usize = 512;

/// Address and `User-Agent` of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientAddress {
    ip: Option<String>,
    user_agent: Option<String>,
    /// From `auth0-forwarded-for`; to be believed of a client that has proven who it is.
    forwarded: Option<String>,
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
        let forwarded = self.forwarded.take();
        let mut caller = self.into_caller(client);
        if forwarded.is_some() {
            caller.ip = forwarded;
            caller.is_persons_address = true;
        }
        caller
    }

    /// The caller once its client is known.
    pub(crate) fn into_caller(self, client: Option<ClientId>) -> Caller {
        Caller {
            client,
            ip: self.ip,
            is_persons_address: false,
            user_agent: self.user_agent,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let user_agent = parts.headers.get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let forwarded = parts.headers.get(FORWARDED);
        let forwarded = forwarded.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok(Self {
            forwarded: forwarded.map(|ip: IpAddr| ip.to_canonical().to_string()),
            ip: peer.map(|peer| peer.0.ip().to_canonical().to_string()),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_MAX_CHARS).collect()),
        })
    }
}
