//! What tokens of a person are for.

use serde_json::Value;
use trickle_engine::{Authorization, MANAGEMENT_AUDIENCE, MANAGEMENT_SCOPES};
use trickle_model::{ApiClient, ClientGrant, Grant, GrantSubject};
use trickle_store::{ResourceServer, Store};

use super::{Error, profile_claims::OIDC_SCOPES, reach::Reach};
use crate::host::Site;

/// Under which name the store keeps the tenant's settings.
pub(crate) const TENANT_SETTINGS: &str = "tenant";
/// The setting for clients that name no audience.
pub(crate) const DEFAULT_AUDIENCE: &str = "default_audience";
/// Gives a refresh token.
pub(crate) const OFFLINE: &str = "offline_access";

/// Of OpenID Connect too (Core 1.0 §5.4), and opens nothing: nobody's is known.
const ADDRESS: &str = "address";

/// What a person gets of an API of whose scopes none is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unasked {
    Nothing,
    /// For clients to which the person gives the password: they could get all scopes of the API, and existing ones count on having them
    /// (RFC 6749 §3.3 leaves it to the server).
    Everything,
}

/// Scopes and audience that a person gets through a client. The time of the login is to be filled in.
pub(crate) async fn authorization(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    (asked, unasked): (&[&str], Unasked),
    audience: Option<&str>,
) -> Result<Authorization, Error> {
    let oidc = asked.iter().filter(|scope| OIDC_SCOPES.contains(scope));
    let mut scopes: Vec<String> = oidc.map(|&scope| scope.to_owned()).collect();
    let usual = match audience {
        Some(_) => None,
        None => default_audience(site, store).await?,
    };
    let audience = audience.or(usual.as_deref());
    let userinfo = site.userinfo_audience();
    let mut may_stay = client.allows(Grant::RefreshToken);
    let mut api = None;
    if let Some(audience) = audience.filter(|&one| one != userinfo) {
        // A person does not administer the tenant by logging in.
        if is_management(site, audience) {
            return Err(Error::AudienceNotGranted(audience.to_owned()));
        }
        let (granted, offline) = scopes_of(site, store, client, audience).await?;
        let is_of_an_api =
            |scope: &&str| ![OFFLINE, ADDRESS].contains(scope) && !OIDC_SCOPES.contains(scope);
        let takes_all = unasked == Unasked::Everything && !asked.iter().any(is_of_an_api);
        scopes.extend(
            granted
                .into_iter()
                .filter(|scope| takes_all || asked.contains(&scope.as_str())),
        );
        may_stay &= offline;
        api = Some(audience.to_owned());
    }
    if asked.contains(&OFFLINE) && may_stay {
        scopes.push(OFFLINE.to_owned());
    }
    Ok(Authorization {
        scopes,
        audience: api,
        ..Authorization::default()
    })
}

/// The API that the tenant's clients get tokens for where they name none; one that is gone is none, and so is one that has the name of the
/// Management API under this host.
pub(crate) async fn default_audience(site: &Site, store: &Store) -> Result<Option<String>, Error> {
    let tenant = &site.tenant.id;
    let settings = store.setting(tenant, TENANT_SETTINGS).await?;
    let named = settings.as_ref().and_then(|all| all.get(DEFAULT_AUDIENCE));
    let Some(named) = named
        .and_then(Value::as_str)
        .filter(|named| !named.is_empty() && !is_management(site, named))
    else {
        return Ok(None);
    };
    let server = store.resource_server(tenant, named).await?;
    Ok(server
        .filter(|server| server.identifier == named)
        .map(|server| server.identifier))
}

/// What an API offers to people, and whether it lets them stay: what they reach of a registered API; else what the client was
/// granted.
async fn scopes_of(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    audience: &str,
) -> Result<(Vec<String>, bool), Error> {
    let tenant = &site.tenant.id;
    let server = store.resource_server(tenant, audience).await?;
    let Some(server) = server.filter(|server| server.identifier == audience) else {
        check_here(audience)?;
        let grant = granted(site, store, client, audience, GrantSubject::Client).await?;
        return Ok((grant.scopes, true));
    };
    let offline = server.settings.get("allow_offline_access");
    let offline = offline.and_then(Value::as_bool) == Some(true);
    let reach = Reach::of(site, store, client, &server).await?;
    let scopes = server.scopes().filter(|scope| reach.has(scope));
    Ok((scopes.map(str::to_owned).collect(), offline))
}

/// What a program gets tokens for: as its grant says, with all scopes of the API where it says so, unless the API is not for programs.
pub(crate) async fn of_program(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    audience: &str,
) -> Result<ClientGrant, Error> {
    let mut grant = granted(site, store, client, audience, GrantSubject::Client).await?;
    if is_management(site, audience) {
        if grant.allows_all_scopes() {
            let all = MANAGEMENT_SCOPES.iter();
            grant.scopes = all.map(|&scope| scope.to_owned()).collect();
        }
        return Ok(grant);
    }
    let server = store.resource_server(&site.tenant.id, audience).await?;
    let Some(server) = server.filter(|server| server.identifier == audience) else {
        check_here(audience)?;
        return Ok(grant);
    };
    if server.policy(GrantSubject::Client) == Some(ResourceServer::DENY_ALL) {
        return Err(Error::AudienceNotGranted(server.identifier));
    }
    if grant.allows_all_scopes() {
        grant.scopes = server.scopes().map(str::to_owned).collect();
    }
    Ok(grant)
}

/// The client's right to tokens for an audience that are about such a subject; of clients that others run, else the one that all of
/// them have. The Management API is nobody's by default.
pub(crate) async fn granted(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    audience: &str,
    subject: GrantSubject,
) -> Result<ClientGrant, Error> {
    let management = is_management(site, audience);
    let stored = if management {
        MANAGEMENT_AUDIENCE
    } else {
        audience
    };
    let tenant = &site.tenant.id;
    let own = store.client_grant(tenant, &client.id, stored, subject);
    let mut grant = own.await?;
    if grant.is_none() && !management && !client.settings.is_first_party() {
        grant = store.default_client_grant(tenant, stored, subject).await?;
    }
    if let Some(grant) = grant {
        return Ok(grant);
    }
    let named = audience.to_owned();
    Err(if management || is_there(site, store, audience).await? {
        Error::AudienceNotGranted(named)
    } else {
        Error::UnknownAudience(named)
    })
}

/// Whether an audience is that of an API of the tenant's own.
async fn is_there(site: &Site, store: &Store, audience: &str) -> Result<bool, Error> {
    let server = store.resource_server(&site.tenant.id, audience).await?;
    Ok(server.is_some_and(|server| server.identifier == audience))
}

/// With and without the slash at the end.
pub(crate) fn is_management(site: &Site, audience: &str) -> bool {
    let ours = site.management_audience();
    audience.trim_end_matches('/') == ours.trim_end_matches('/')
}

/// `https://HOST/api/v2/`: the Management API of this tenant or another. Exports have grants for that of the tenant that was exported.
pub(crate) fn is_management_of_any(audience: &str) -> bool {
    let host = audience.trim_end_matches('/').strip_suffix("/api/v2");
    let host = host.and_then(|rest| rest.strip_prefix("https://"));
    host.is_some_and(|host| {
        let is_name = |c: u8| c.is_ascii_alphanumeric() || b".-:".contains(&c);
        !host.is_empty() && host.bytes().all(is_name)
    })
}

/// A grant for it gives nothing.
fn check_here(audience: &str) -> Result<(), Error> {
    match is_management_of_any(audience) {
        true => Err(Error::UnknownAudience(audience.to_owned())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn management_apis_are_known_by_their_names() {
        for there in [
            "https://acme.eu.auth0.com/api/v2/",
            "https://acme.auth0.com/api/v2",
            "https://login.acme.example:8443/api/v2/",
        ] {
            assert!(is_management_of_any(there), "{there}");
        }
        for other in [
            "https:///api/v2/",
            "https://shop.example/carts/api/v2/",
            "https://shop.example/api/v2/carts",
            "http://acme.auth0.com/api/v2/",
            "https://acme.auth0.com/userinfo",
        ] {
            assert!(!is_management_of_any(other), "{other}");
        }
    }
}
