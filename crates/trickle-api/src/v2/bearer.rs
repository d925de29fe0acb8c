//! Who may call an operation.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
    response::{IntoResponse, Response},
};
use trickle_engine::Caller;
use trickle_model::{ClientId, TenantId};
use trickle_store::Version;

use super::{Error, asked::Asked};
use crate::{
    ApiState,
    client_address::ClientAddress,
    failure::{Failure, Flavour},
    host::{MANAGEMENT, Site},
    tokens::{Claims, Rejected},
    verified::Place,
};

/// A caller with a valid token for the tenant's Management API and with one of the scopes that its operation asks for.
#[derive(Clone)]
pub(crate) struct Bearer {
    pub(crate) site: Site,
    /// What its token was checked against.
    pub(super) place: Place,
    claims: Arc<Claims>,
    address: ClientAddress,
    /// A version of the database in which all is that happened before this call, where it is known.
    pub(super) version: Option<Version>,
}

impl Bearer {
    /// The tenant whose data this caller may see.
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.site.tenant.id
    }

    /// Goes on with any of these scopes, for what an operation asks beside its contract.
    pub(crate) fn require(&self, any_of: &'static [&'static str]) -> Result<(), Error> {
        if any_of.iter().any(|scope| self.claims.has(scope)) {
            Ok(())
        } else {
            Err(Error::InsufficientScope(any_of))
        }
    }

    /// Whether the token carries a scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.claims.has(scope)
    }

    /// For the tenant's log.
    pub(crate) fn caller(&self) -> Caller {
        let client = self.claims.azp.as_deref().map(ClientId::from_text);
        self.address.clone().into_caller(client)
    }
}

impl FromRequestParts<ApiState> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        // A request has one caller.
        if let Some(known) = parts.extensions.remove::<Self>() {
            return Ok(known);
        }
        // Before the version is looked at.
        let is_settled = state.engine().is_settled();
        let site = Site::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let Ok(address) = ClientAddress::from_request_parts(parts, state).await;
        let token = token(parts).map_err(IntoResponse::into_response)?;
        let now = state.engine().clock().now();
        let verified = state.keys().verify(&site, token, MANAGEMENT, now).await;
        let (place, claims) = verified.map_err(|rejected| {
            match rejected {
                Rejected::Signature => Error::BadSignature,
                Rejected::Invalid => Error::BadToken,
                Rejected::Failed(error) => Error::Failed(Failure::new(Flavour::Management, error)),
            }
            .into_response()
        })?;
        let level = state.buckets().take(&site.tenant.id, now);
        let asked = parts.extensions.get::<Asked>();
        if let Some(asked) = asked {
            let _ = asked.level.set(level);
        }
        if level.is_over {
            return Err(Error::TooManyRequests.into_response());
        }
        if let Some(&Asked { scopes, .. }) = asked
            && !scopes.iter().any(|scope| claims.has(scope))
        {
            return Err(Error::InsufficientScope(scopes).into_response());
        }
        // What happened before this call is in the log before it is read.
        state.engine().settled().await;
        Ok(Self {
            version: site.version.filter(|_| is_settled),
            site,
            place,
            claims,
            address,
        })
    }
}

fn token(parts: &Parts) -> Result<&str, Error> {
    let value = parts
        .headers
        .get(AUTHORIZATION)
        .ok_or(Error::Unauthenticated)?;
    let value = value.to_str().map_err(|_| Error::BadAuthorization)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Error::BadAuthorization),
    }
}
