//! Access tokens for a person: how they are made, and what the person may do.

use std::collections::BTreeSet;

use trickle_engine::Authorization;
use trickle_model::{ApiClient, User};
use trickle_store::{ResourceServer, Store};

use super::{
    Error,
    access_format::{AccessFormat, Door},
    profile_claims::OIDC_SCOPES,
    reach::Reach,
    target::OFFLINE,
};
use crate::host::Site;

/// An access token that a person is to get.
#[derive(Clone, Debug)]
pub(crate) struct PersonalAccess {
    pub(crate) format: AccessFormat,
    /// Scopes that were granted and that the API's policy and the person's roles allow now.
    pub(crate) scopes: Vec<String>,
    /// The claim of this name, where the API wants it: what the person may do, and may do through this client.
    pub(crate) permissions: Option<BTreeSet<String>>,
}

impl PersonalAccess {
    /// As the API of the authorization says. Its policy, the client's grant and roles are looked at each time, so that a refresh follows
    /// them.
    pub(crate) async fn of(
        site: &Site,
        store: &Store,
        client: &ApiClient,
        user: &User,
        authorization: &Authorization,
        door: Door,
    ) -> Result<Self, Error> {
        let audience = authorization.audience.as_deref();
        let api = AccessFormat::api(site, store, audience).await?;
        let mut access = Self {
            format: AccessFormat::of_api(api.as_ref(), door),
            scopes: authorization.scopes.clone(),
            permissions: None,
        };
        let Some(api) = api else {
            return Ok(access);
        };
        let reach = Reach::of(site, store, client, &api).await?;
        access
            .scopes
            .retain(|scope| is_about_the_login(scope) || reach.has(scope));
        let with_permissions = access.format.dialect.with_permissions;
        if !api.enforces_policies() && !with_permissions {
            return Ok(access);
        }
        let mut allowed = allowed(site, store, user, authorization, &api).await?;
        allowed.retain(|scope| reach.has(scope));
        if api.enforces_policies() {
            access
                .scopes
                .retain(|scope| is_about_the_login(scope) || allowed.contains(scope));
        }
        access.permissions = with_permissions.then_some(allowed);
        Ok(access)
    }
}

/// Scopes that no API has a say in.
pub(crate) fn is_about_the_login(scope: &str) -> bool {
    scope == OFFLINE || OIDC_SCOPES.contains(&scope)
}

/// Of what the API has now.
async fn allowed(
    site: &Site,
    store: &Store,
    user: &User,
    authorization: &Authorization,
    api: &ResourceServer,
) -> Result<BTreeSet<String>, Error> {
    let organization = authorization.organization.as_ref();
    let organization = organization.map(|claim| claim.id.as_str());
    let (tenant, api_name) = (&site.tenant.id, &api.identifier);
    let rights = store.rights_at(tenant, &user.id, organization, api_name);
    let rights = rights.await?;
    let scopes = api.scopes().filter(|&scope| rights.contains(scope));
    Ok(scopes.map(str::to_owned).collect())
}
