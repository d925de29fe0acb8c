//! Which tenant a request is for.

use std::sync::Arc;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, header::HOST, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;
use trickle_engine::{Caller, Engine, LinkHost, SendVerification};
use trickle_model::User;
use trickle_store::{Store, StoreError, Tenant, Version};

use crate::{
    ApiState, Tenancy,
    failure::{Failure, Flavour},
};

/// RFC 1035 §2.3.4, and a port.
const HOST_MAX_BYTES: usize = 253 + 6;

/// Path of the Management API's audience.
pub(crate) const MANAGEMENT: &str = "/api/v2/";
/// Path of `/userinfo`'s audience.
pub(crate) const USERINFO: &str = "/userinfo";

/// The tenant under the host name that the client typed.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) tenant: Arc<Tenant>,
    /// Host and port as typed.
    pub(crate) host: String,
    /// Under which host links in mails lead back.
    pub(crate) link_host: LinkHost,
    /// Names of the keys whose signatures are accepted now.
    pub(crate) key_names: Arc<[String]>,
    /// The version of the database when the request came, where it tells one.
    pub(crate) version: Option<Version>,
}

impl Site {
    /// `https://HOST/`: the server itself may be behind a proxy that does TLS, clients always use it.
    pub(crate) fn issuer(&self) -> String {
        format!("https://{}/", self.host)
    }

    /// Sends a new user a link to prove the address, where links are known to lead home.
    pub(crate) fn verify(&self, engine: &Engine, user: User, caller: Caller) {
        if let LinkHost::Known(host) = &self.link_host {
            engine.verify_new_user(SendVerification {
                user,
                tenant: self.tenant.name.clone(),
                host: host.clone(),
                caller,
            });
        }
    }

    /// The audience of a path below the host name.
    pub(crate) fn audience(&self, path: &str) -> String {
        format!("https://{}{path}", self.host)
    }

    /// Audience of the Management API.
    pub(crate) fn management_audience(&self) -> String {
        self.audience(MANAGEMENT)
    }

    /// Audience of `/userinfo`.
    pub(crate) fn userinfo_audience(&self) -> String {
        self.audience(USERINFO)
    }
}

/// Why there is no tenant.
#[derive(Debug)]
pub(crate) enum HostError {
    /// No host name, or something else in its place.
    Malformed,
    /// A host name under which nobody lives.
    Unknown,
    /// The store failed.
    Store(StoreError),
}

impl IntoResponse for HostError {
    fn into_response(self) -> Response {
        let (status, error, message) = match self {
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "Bad Request",
                "The Host header is missing or malformed.",
            ),
            Self::Unknown => (
                StatusCode::NOT_FOUND,
                "Not Found",
                "There is no tenant under this host name.",
            ),
            Self::Store(error) => return Failure::new(Flavour::Management, error).into_response(),
        };
        let body = json!({"statusCode": status.as_u16(), "error": error, "message": message});
        (status, Json(body)).into_response()
    }
}

impl FromRequestParts<ApiState> for Site {
    type Rejection = HostError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, HostError> {
        let host = host_of(parts).ok_or(HostError::Malformed)?;
        let tenancy = state.tenancy();
        let version = state.store().version();
        let (found, is_its_own) = find(state.store(), tenancy, &host, version)
            .await
            .map_err(HostError::Store)?
            .ok_or(HostError::Unknown)?;
        let tenant = found.tenant;
        tracing::Span::current().record("tenant.id", tenant.id.as_str());
        // A name that merely leads to the default tenant may be anybody's.
        let link_host = if is_its_own || is_this_machine(&host) {
            LinkHost::Known(host.clone())
        } else {
            let public = tenancy.public_host.clone();
            public.map_or(LinkHost::Unknown, LinkHost::Known)
        };
        Ok(Self {
            tenant,
            host,
            link_host,
            key_names: found.key_names,
            version,
        })
    }
}

/// HTTP/2 has the host in the URI, HTTP/1.1 in the header. It becomes part of the issuer, so that only what can be a host passes.
fn host_of(parts: &Parts) -> Option<String> {
    let host = match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => parts.headers.get(HOST)?.to_str().ok()?,
    };
    let sound = |c: u8| c.is_ascii_alphanumeric() || b".-_:[]".contains(&c);
    ((1..=HOST_MAX_BYTES).contains(&host.len()) && host.bytes().all(sound)).then(|| host.to_owned())
}

/// The tenant, and whether the host name is one of its own.
async fn find(
    store: &Store,
    tenancy: &Tenancy,
    host: &str,
    version: Option<Version>,
) -> Result<Option<(trickle_store::Site, bool)>, StoreError> {
    let name = without_port(host).to_ascii_lowercase();
    if let Some(base) = &tenancy.base_domain
        && let Some(label) = name.strip_suffix(base.as_str())
        && let Some(label) = label.strip_suffix('.')
    {
        let found = store.site("", Some(label), version).await?;
        return Ok(found.map(|site| (site, true)));
    }
    let otherwise = tenancy.default_tenant.as_deref();
    let found = store.site(&name, otherwise, version).await?;
    Ok(found.map(|site| {
        let is_its_own = site.is_its_own;
        (site, is_its_own)
    }))
}

/// Links to it lead nobody elsewhere.
fn is_this_machine(host: &str) -> bool {
    let name = without_port(host)
        .trim_start_matches('[')
        .trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // The colons of an IPv6 address are inside brackets.
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in ["localhost", "LOCALHOST:8443", "127.0.0.1:1", "[::1]:8443"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["localhost.evil.example", "10.0.0.1", "evil.example:8443"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn ports_are_no_part_of_the_name() {
        assert_eq!(without_port("localhost:8443"), "localhost");
        assert_eq!(without_port("localhost"), "localhost");
        assert_eq!(without_port("[::1]:8443"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
    }
}
