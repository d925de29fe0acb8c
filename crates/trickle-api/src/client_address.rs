//! Who is at the other end.

use std::{convert::Infallible, net::SocketAddr};

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
}

impl ClientAddress {
    /// The caller once its client is known.
    pub(crate) fn into_caller(self, client: Option<ClientId>) -> Caller {
        Caller {
            client,
            ip: self.ip,
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
        Ok(Self {
            ip: peer.map(|peer| peer.0.ip().to_canonical().to_string()),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_MAX_CHARS).collect()),
        })
    }
}
