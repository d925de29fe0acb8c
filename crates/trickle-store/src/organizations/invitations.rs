use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;
use trickle_model::{ClientId, Secret, TenantId, UserId};

use super::members;
use super::organization::keep;
use crate::column::{Row, object, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::login_basis::holds;
use crate::place::By;
use crate::stored::{List, Stored, find};
use crate::{Listed, LoginBasis, Part, RoleHolder, Store, StoreError, Total, roles};

const FIND: &str = "find the invitation";

/// Somebody whom an organization has invited.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// `uinv_…`.
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// The application to which the invitation leads.
    pub client: ClientId,
    /// Whose address.
    pub email: String,
    /// Everything else, as the API shows it: `inviter`, `connection_id`, `user_metadata`, `app_metadata`, `roles`.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    sealed_ticket: String,
}

impl Invitation {
    /// Ids of the roles that come with the membership.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let roles = self.settings.get("roles").and_then(Value::as_array);
        roles.into_iter().flatten().filter_map(Value::as_str)
    }
}

/// What became of an invitation that somebody comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptInvitation {
    /// Whoever comes is a member, and it is used up.
    Accepted,
    /// It was used or taken back meanwhile.
    Gone,
    /// The basis of the login holds no longer.
    Overtaken,
}

/// In which order invitations are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvitationOrder {
    /// The last one first.
    #[default]
    Newest,
    /// The first one first.
    Oldest,
}

/// An invitation to be stored.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// `uinv_…`.
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// What the link carries.
    pub ticket: Secret,
    /// The application to which it leads.
    pub client: ClientId,
    /// Whose address.
    pub email: String,
    /// Everything else.
    pub settings: Map<String, Value>,
    /// When it is made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
pub(crate) struct InvitationRow {
    id: String,
    organization_id: String,
    client_id: String,
    email: String,
    settings: String,
    created_at: i64,
    expires_at: i64,
    sealed_ticket: String,
}

impl Stored for Invitation {
    type Row = InvitationRow;
    const COLUMNS: &'static str =
        "id, organization_id, client_id, email, settings, created_at, expires_at, sealed_ticket";
    const FROM: &'static str = "organization_invitations";
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(invitation: InvitationRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "organization_invitations",
            id: &invitation.id,
        };
        Ok(Self {
            settings: row.object("settings", &invitation.settings)?,
            created_at: row.time("created_at", invitation.created_at)?,
            expires_at: row.time("expires_at", invitation.expires_at)?,
            client: ClientId::from_text(invitation.client_id),
            organization: invitation.organization_id,
            email: invitation.email,
            sealed_ticket: invitation.sealed_ticket,
            id: invitation.id,
        })
    }
}

fn place<'a>(tenant: &'a TenantId, id: &'a str) -> [&'a str; 3] {
    ["invitation", tenant.as_str(), id]
}

fn hash(ticket: &str) -> String {
    hex::encode(Sha256::digest(ticket.as_bytes()))
}

impl Store {
    /// Adds an invitation of an organization of the tenant.
    ///
    /// # Errors
    /// The organization or the client is unknown, or the store fails.
    #[tracing::instrument(name = "db.organization_invitations.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_invitation(
        &self,
        tenant: &TenantId,
        new: &NewInvitation,
    ) -> Result<(), StoreError> {
        let ticket = new.ticket.expose();
        sqlx::query(
            "INSERT INTO organization_invitations (tenant_id, organization_id, id, ticket_sha256, sealed_ticket, client_id, \
             email, settings, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&new.organization))
        .bind(text(&new.id))
        .bind(hash(ticket))
        .bind(self.vault.seal(ticket.as_bytes(), &place(tenant, &new.id)))
        .bind(text(new.client.as_str()))
        .bind(text(&new.email))
        .bind(object(&new.settings))
        .bind(new.created_at.as_millisecond())
        .bind(new.expires_at.as_millisecond())
        .execute(&self.write)
        .await
        .exactly_one("add the invitation")
    }

    /// What the link of an invitation carries.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn invitation_ticket(
        &self,
        tenant: &TenantId,
        invitation: &Invitation,
    ) -> Result<Secret, StoreError> {
        let row = Row {
            table: "organization_invitations",
            id: &invitation.id,
        };
        self.vault
            .unseal_text(&invitation.sealed_ticket, &place(tenant, &invitation.id))
            .map(|clear| Secret::new(clear.as_str()))
            .map_err(|error| row.inconsistent("sealed_ticket", error))
    }

    /// An invitation of an organization.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_invitations.invitation", skip_all, fields(tenant.id = %tenant))]
    pub async fn invitation(
        &self,
        tenant: &TenantId,
        organization: &str,
        id: &str,
    ) -> Result<Option<Invitation>, StoreError> {
        let condition = "WHERE tenant_id = $1 AND organization_id = $2 AND id = $3";
        let values = [tenant.as_str(), organization, id];
        find(condition, &values, FIND, &self.read).await
    }

    /// The invitation whose link carries this, if it has not ended.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_invitations.by_ticket", skip_all, fields(tenant.id = %tenant))]
    pub async fn invitation_by_ticket(
        &self,
        tenant: &TenantId,
        ticket: &str,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        let condition = "WHERE tenant_id = $1 AND ticket_sha256 = $2";
        let values = [tenant.as_str(), &hash(ticket)];
        let found: Option<Invitation> = find(condition, &values, FIND, &self.read).await?;
        Ok(found.filter(|invitation| invitation.expires_at > now))
    }

    /// Invitations of an organization.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_invitations.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_invitations(
        &self,
        tenant: &TenantId,
        organization: &str,
        order: InvitationOrder,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Invitation>, StoreError> {
        let filter = Filter::new("tenant_id", text(tenant.as_str()))
            .and("organization_id", Some(text(organization)));
        self.listed(List {
            filter: &filter,
            order: &[
                By::number("created_at").descending(order == InvitationOrder::Newest),
                By::text("id"),
            ],
            part: part.into(),
            total: Total::Counted,
            step: "list the invitations",
        })
        .await
    }

    /// Makes somebody who logs in a member with the invitation's roles, and uses it up, or changes nothing.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_invitations.accept", skip_all, fields(tenant.id = %tenant))]
    pub async fn accept_invitation(
        &self,
        tenant: &TenantId,
        invitation: &Invitation,
        user: &UserId,
        by: &LoginBasis,
    ) -> Result<AcceptInvitation, StoreError> {
        let step = "accept the invitation";
        let mut tx = self.begin_write().await?;
        if !holds(self.dialect, (tenant, user), by, step, &mut tx).await? {
            return Ok(AcceptInvitation::Overtaken);
        }
        let organization = invitation.organization.as_str();
        // A removal of it takes it before its invitations (docs/decisions/0122).
        if !keep(self.dialect, (tenant, organization), step, &mut tx).await? {
            return Ok(AcceptInvitation::Gone);
        }
        let taken = sqlx::query(REMOVE)
            .bind(text(tenant.as_str()))
            .bind(text(organization))
            .bind(text(&invitation.id))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        if !taken {
            return Ok(AcceptInvitation::Gone);
        }
        members::insert(tenant, organization, user, &mut tx).await?;
        let member = RoleHolder::Member { organization, user };
        roles::give_what_is_there(tenant, member, invitation.roles(), &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(AcceptInvitation::Accepted)
    }

    /// Takes an invitation back; false without such a one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_invitations.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_invitation(
        &self,
        tenant: &TenantId,
        organization: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(REMOVE)
            .bind(text(tenant.as_str()))
            .bind(text(organization))
            .bind(text(id))
            .execute(&self.write)
            .await
            .at_most_one("take the invitation back")
    }
}

const REMOVE: &str = "DELETE FROM organization_invitations WHERE tenant_id = $1 AND organization_id = $2 AND id = $3";
