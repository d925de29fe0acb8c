//! For which organization a person logs in.

use serde_json::{Map, Value, json};
use trickle_engine::OrganizationClaim;
use trickle_model::{ApiClient, ClientGrant, Connection, OrganizationUsage, TenantId, User};
use trickle_store::{LoginBasis, Organization, OrganizationConnection, Store, StoreError};

use super::{Error, parameters::Parameters};
use crate::host::Site;

const NAME: &str = "organization";

/// The organization of an id, else of a name, whatever the name's case or the blanks around it: some clients compare it so, and people type it.
pub(crate) async fn find(
    store: &Store,
    tenant: &TenantId,
    named: &str,
) -> Result<Option<Organization>, StoreError> {
    let found = store.organization(tenant, named).await?;
    let lower = named.trim().to_lowercase();
    if found.is_some() || lower == named {
        return Ok(found);
    }
    let found = store.organization(tenant, &lower).await?;
    Ok(found.filter(|organization| organization.name == lower))
}

/// The organization that a request names by id or name, if this client may.
pub(crate) async fn asked(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    parameters: &Parameters,
) -> Result<Option<Organization>, Error> {
    match (client.settings.organization_usage(), parameters.get(NAME)) {
        (OrganizationUsage::Deny, Some(_)) => Err(Error::NotAllowed(NAME)),
        (OrganizationUsage::Require, None) => Err(Error::Required(NAME)),
        (_, None) => Ok(None),
        (_, Some(named)) => {
            let found = find(store, &site.tenant.id, named).await?;
            let found = found.ok_or(Error::OrganizationNotFound)?;
            if client.settings.is_strict_third_party() && !lets_others_in(&found) {
                return Err(Error::NotAllowed(NAME));
            }
            Ok(Some(found))
        }
    }
}

/// Whether people log in for it through strict clients that others run.
fn lets_others_in(organization: &Organization) -> bool {
    let said = organization.settings.get("third_party_client_access");
    said.is_some_and(|said| said == "allow")
}

/// The organization that a request names, where the client has to do with any; nothing where it is not there.
pub(crate) async fn named(
    site: &Site,
    store: &Store,
    client: &ApiClient,
    parameters: &Parameters,
) -> Result<Option<Organization>, Error> {
    match parameters.get(NAME) {
        Some(named) if client.settings.organization_usage() != OrganizationUsage::Deny => {
            Ok(find(store, &site.tenant.id, named).await?)
        }
        _ => Ok(None),
    }
}

/// For which organization a program works: as its grant's `organization_usage` says, for all organizations or those that have the
/// grant.
pub(crate) async fn of_program(
    site: &Site,
    store: &Store,
    grant: &ClientGrant,
    named: Option<&str>,
) -> Result<Option<OrganizationClaim>, Error> {
    let setting = |name: &str| grant.settings.get(name);
    let usage = setting("organization_usage").and_then(Value::as_str);
    let named = match (usage, named) {
        (Some("require"), None) => return Err(Error::Required(NAME)),
        (_, None) => return Ok(None),
        (Some("allow" | "require"), Some(named)) => named,
        (_, Some(_)) => return Err(Error::NotAllowed(NAME)),
    };
    let tenant = &site.tenant.id;
    let found = find(store, tenant, named).await?;
    let found = found.ok_or(Error::OrganizationNotFound)?;
    let is_for_all = setting("allow_any_organization") == Some(&Value::Bool(true));
    if !is_for_all
        && !store
            .is_organization_grant(tenant, &found.id, &grant.id)
            .await?
    {
        return Err(Error::GrantNotForOrganization);
    }
    Ok(Some(OrganizationClaim {
        id: found.id,
        name: found.name,
    }))
}

/// Refuses a connection through which nobody logs in for the organization.
pub(crate) async fn check_connection(
    site: &Site,
    store: &Store,
    organization: &Organization,
    connection: &Connection,
) -> Result<(), Error> {
    let link = store.organization_connection(&site.tenant.id, &organization.id, &connection.id);
    match link.await? {
        Some(link) if link.is_enabled() => Ok(()),
        _ => Err(Error::NotForOrganization),
    }
}

/// The organization's first connection, by name, through which people log in to the client.
pub(crate) async fn connection_of(
    site: &Site,
    store: &Store,
    organization: &Organization,
    client: &ApiClient,
) -> Result<Connection, Error> {
    let tenant = &site.tenant.id;
    let link = store.organization_connection_of(tenant, &organization.id, &client.id);
    let link = link.await?.ok_or(Error::NotForOrganization)?;
    let connection = store.connection(tenant, &link.connection).await?;
    connection
        .filter(|connection| connection.serves(&client.id))
        .ok_or(Error::NotForOrganization)
}

/// `context` of scripts: `{"organization":{"id":…,"name":…,"display_name":…,"metadata":…}}`, or nothing.
pub(crate) fn context(organization: Option<&Organization>) -> Map<String, Value> {
    let mut context = Map::new();
    if let Some(organization) = organization {
        let setting = |name: &str| organization.settings.get(name).cloned();
        let shown = json!({
            "id": organization.id,
            "name": organization.name,
            "display_name": setting("display_name").unwrap_or_else(|| json!(organization.name)),
            "metadata": setting("metadata").unwrap_or_else(|| json!({})),
        });
        context.insert(NAME.to_owned(), shown);
    }
    context
}

/// What tokens say of the organization, if the person is a member, or becomes one by logging in. That rests on `by`; without it nobody becomes
/// one, and it is only tried: in a rehearsal, and before the second factor.
pub(crate) async fn admit(
    site: &Site,
    store: &Store,
    organization: &Organization,
    user: &User,
    by: Option<&LoginBasis>,
) -> Result<OrganizationClaim, Error> {
    let (tenant, id) = (&site.tenant.id, &organization.id);
    let link = way_in(store, tenant, id, user).await?;
    let link = link.ok_or(Error::NotForOrganization)?;
    if !store.is_organization_member(tenant, id, &user.id).await? {
        if !link.assigns_membership() {
            return Err(Error::NoMember {
                user: user.id.clone(),
                organization: id.clone(),
            });
        }
        if let Some(by) = by
            && !store.join_organization(tenant, id, &user.id, by).await?
        {
            return Err(Error::overtaken());
        }
    }
    Ok(OrganizationClaim {
        id: id.clone(),
        name: organization.name.clone(),
    })
}

/// The enabled connection by which a user belongs here: the user's own, else that of one who is linked to the user.
async fn way_in(
    store: &Store,
    tenant: &TenantId,
    organization: &str,
    user: &User,
) -> Result<Option<OrganizationConnection>, Error> {
    let own = store.organization_connection(tenant, organization, &user.connection);
    let own = own.await?.filter(OrganizationConnection::is_enabled);
    if own.is_some() {
        return Ok(own);
    }
    for linked in store.linked_users(tenant, &user.id).await? {
        let link = store.organization_connection(tenant, organization, &linked.user.connection);
        let link = link.await?.filter(OrganizationConnection::is_enabled);
        if link.is_some() {
            return Ok(link);
        }
    }
    Ok(None)
}

/// Whether the organization of older tokens still has the person.
pub(crate) async fn is_still_in(
    site: &Site,
    store: &Store,
    claim: &OrganizationClaim,
    user: &User,
) -> Result<bool, Error> {
    let member = store.is_organization_member(&site.tenant.id, &claim.id, &user.id);
    Ok(member.await?)
}
