//! Invitations to organizations, as links to `/authorize` carry them.

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::{ApiClient, ConnectionId, User};
use trickle_store::{AcceptInvitation, Invitation, LoginBasis, Organization, Store, UserEdit};

use super::{Error, parameters::Parameters};
use crate::host::Site;

const NAME: &str = "invitation";

/// The invitation that a request carries: one of the organization that it names, to this application.
pub(crate) async fn asked(
    (site, store, client): (&Site, &Store, &ApiClient),
    organization: Option<&Organization>,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Option<Invitation>, Error> {
    let Some(ticket) = parameters.get(NAME) else {
        return Ok(None);
    };
    let organization = organization.ok_or(Error::Missing("organization"))?;
    let found = store.invitation_by_ticket(&site.tenant.id, ticket, now);
    let found = found.await?.filter(|invitation| {
        invitation.organization == organization.id && invitation.client == client.id
    });
    found.map(Some).ok_or(Error::BadInvitation)
}

/// Name of the connection that an invitation wants.
pub(crate) async fn connection(
    site: &Site,
    store: &Store,
    invitation: &Invitation,
) -> Result<Option<String>, Error> {
    let id = invitation.settings.get("connection_id");
    let Some(id) = id.and_then(Value::as_str) else {
        return Ok(None);
    };
    let id = ConnectionId::from_text(id);
    let connection = store.connection(&site.tenant.id, &id).await?;
    Ok(connection.map(|connection| connection.name))
}

/// Makes whoever was invited a member, with what the invitation says of them. Somebody who is one already goes on.
pub(crate) async fn accept(
    site: &Site,
    engine: &Engine,
    organization: &Organization,
    ticket: &str,
    (user, by): (&User, &LoginBasis),
) -> Result<(), Error> {
    let (store, tenant) = (engine.store(), &site.tenant.id);
    let now = engine.clock().now();
    let invitation = store.invitation_by_ticket(tenant, ticket, now).await?;
    let Some(invitation) = invitation.filter(|one| one.organization == organization.id) else {
        let member = store.is_organization_member(tenant, &organization.id, &user.id);
        return if member.await? {
            Ok(())
        } else {
            Err(Error::BadInvitation)
        };
    };
    let email = user.email.as_deref().unwrap_or_default();
    if email.to_lowercase() != invitation.email.to_lowercase() {
        return Err(Error::OthersInvitation);
    }
    let accepted = store.accept_invitation(tenant, &invitation, &user.id, by);
    match accepted.await? {
        AcceptInvitation::Accepted => {}
        AcceptInvitation::Gone => return Err(Error::BadInvitation),
        AcceptInvitation::Overtaken => return Err(Error::overtaken()),
    }
    let edit = UserEdit {
        user_metadata: metadata(&invitation, "user_metadata"),
        app_metadata: metadata(&invitation, "app_metadata"),
        ..UserEdit::default()
    };
    if edit.user_metadata.is_some() || edit.app_metadata.is_some() {
        store.edit_user(tenant, &user.id, &edit, now).await?;
    }
    Ok(())
}

fn metadata(invitation: &Invitation, name: &str) -> Option<Option<Map<String, Value>>> {
    let given = invitation.settings.get(name)?.as_object()?;
    (!given.is_empty()).then(|| Some(given.clone()))
}
