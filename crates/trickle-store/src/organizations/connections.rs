use serde_json::{Map, Value};
use sqlx::{Any, Executor, FromRow};
use trickle_model::{ClientId, ConnectionId, TenantId};

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::By;
use crate::stored::{List, Stored, bounded, find, merge};
use crate::{Listed, Part, Store, StoreError, Total};

/// Of how many links the first that is enabled is looked for.
const LOOKED_AT: i64 = 100;
/// Of the settings of one link: a login may look at a hundred.
const MOST_BYTES: usize = 4 << 10;
const BY_IDS: &str = "WHERE organization_connections.tenant_id = $1 AND organization_connections.organization_id = $2 \
     AND organization_connections.connection_id = $3";

/// A connection through which people log in for an organization.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganizationConnection {
    /// The connection.
    pub connection: ConnectionId,
    /// Its name.
    pub name: String,
    /// As they were sent: `assign_membership_on_login`, `show_as_button`.
    pub settings: Map<String, Value>,
}

#[derive(FromRow)]
pub(crate) struct LinkRow {
    connection_id: String,
    name: String,
    settings: String,
}

impl Stored for OrganizationConnection {
    type Row = LinkRow;
    const COLUMNS: &'static str = "organization_connections.connection_id, connections.name, organization_connections.settings";
    const FROM: &'static str = "organization_connections \
         JOIN connections ON connections.id = organization_connections.connection_id";
}

impl TryFrom<LinkRow> for OrganizationConnection {
    type Error = StoreError;

    fn try_from(link: LinkRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "organization_connections",
            id: &link.connection_id,
        };
        Ok(Self {
            settings: row.object("settings", &link.settings)?,
            connection: ConnectionId::from_text(link.connection_id),
            name: link.name,
        })
    }
}

impl OrganizationConnection {
    /// Whether people log in through it.
    pub fn is_enabled(&self) -> bool {
        self.settings.get("is_enabled") != Some(&Value::Bool(false))
    }

    /// Whether whoever logs in through it becomes a member.
    pub fn assigns_membership(&self) -> bool {
        self.settings.get("assign_membership_on_login") == Some(&Value::Bool(true))
    }
}

impl Store {
    /// Lets people log in for an organization through a connection; false where they may already. Both must be the tenant's.
    ///
    /// # Errors
    /// The settings are too large, or the store fails.
    #[tracing::instrument(name = "db.organization_connections.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_organization_connection(
        &self,
        tenant: &TenantId,
        organization: &str,
        connection: &ConnectionId,
        settings: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        insert(tenant, organization, connection, settings, &self.write).await
    }

    /// One connection of an organization.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_connections.connection", skip_all, fields(tenant.id = %tenant))]
    pub async fn organization_connection(
        &self,
        tenant: &TenantId,
        organization: &str,
        connection: &ConnectionId,
    ) -> Result<Option<OrganizationConnection>, StoreError> {
        let values = [tenant.as_str(), organization, connection.as_str()];
        let step = "find the organization's connection";
        find(BY_IDS, &values, step, &self.read).await
    }

    /// The first connection of an organization by name, as they are listed, through which people log in to this client. Of more than a
    /// hundred that serve the client only the first hundred are looked at.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_connections.of_client", skip_all, fields(tenant.id = %tenant))]
    pub async fn organization_connection_of(
        &self,
        tenant: &TenantId,
        organization: &str,
        client: &ClientId,
    ) -> Result<Option<OrganizationConnection>, StoreError> {
        let rows: Vec<LinkRow> = sqlx::query_as(
            "SELECT organization_connections.connection_id, connections.name, organization_connections.settings \
             FROM organization_connections JOIN connections ON connections.id = organization_connections.connection_id \
             WHERE organization_connections.tenant_id = $1 AND organization_connections.organization_id = $2 \
             AND connections.tenant_id = $1 AND connections.is_active = 1 AND connections.takes_passwords = 1 \
             AND EXISTS (SELECT 1 FROM connection_clients WHERE connection_clients.connection_id = connections.id \
             AND connection_clients.client_id = $3) ORDER BY connections.name LIMIT $4",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(client.as_str()))
        .bind(LOOKED_AT)
        .fetch_all(&self.read)
        .await
        .step("find the organization's connection for the client")?;
        for row in rows {
            let link = OrganizationConnection::try_from(row)?;
            if link.is_enabled() {
                return Ok(Some(link));
            }
        }
        Ok(None)
    }

    /// Connections of an organization, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_connections.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_organization_connections(
        &self,
        tenant: &TenantId,
        organization: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<OrganizationConnection>, StoreError> {
        let tenant = text(tenant.as_str());
        let filter = Filter::new("organization_connections.tenant_id", tenant).and(
            "organization_connections.organization_id",
            Some(text(organization)),
        );
        self.listed(List {
            filter: &filter,
            order: &[By::text("connections.name")],
            part: part.into(),
            total: Total::Counted,
            step: "list the organization's connections",
        })
        .await
    }

    /// Puts settings over those of a connection of an organization, `null` removing; `None` without such a one.
    ///
    /// # Errors
    /// They become too large, or the store fails.
    #[tracing::instrument(name = "db.organization_connections.change", skip_all, fields(tenant.id = %tenant))]
    pub async fn change_organization_connection(
        &self,
        tenant: &TenantId,
        organization: &str,
        connection: &ConnectionId,
        settings: Map<String, Value>,
    ) -> Result<Option<OrganizationConnection>, StoreError> {
        let step = "change the organization's connection";
        let mut tx = self.begin_write().await?;
        // The first statement locks the row, so that two merges do not lose each other.
        let is_there = sqlx::query(
            "UPDATE organization_connections SET settings = settings \
             WHERE tenant_id = $1 AND organization_id = $2 AND connection_id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(connection.as_str()))
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        let values = [tenant.as_str(), organization, connection.as_str()];
        let held = match is_there {
            true => find::<OrganizationConnection>(BY_IDS, &values, step, &mut *tx).await?,
            false => None,
        };
        let Some(mut link) = held else {
            return Ok(None);
        };
        merge(&mut link.settings, settings);
        sqlx::query(
            "UPDATE organization_connections SET settings = $4 \
             WHERE tenant_id = $1 AND organization_id = $2 AND connection_id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(connection.as_str()))
        .bind(bounded(&link.settings, MOST_BYTES, step)?)
        .execute(&mut *tx)
        .await
        .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(Some(link))
    }

    /// Takes a connection from an organization; false without such a one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_connections.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_organization_connection(
        &self,
        tenant: &TenantId,
        organization: &str,
        connection: &ConnectionId,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "DELETE FROM organization_connections \
             WHERE tenant_id = $1 AND organization_id = $2 AND connection_id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(connection.as_str()))
        .execute(&self.write)
        .await
        .at_most_one("remove the organization's connection")
    }
}

/// False where it is there.
pub(super) async fn insert(
    tenant: &TenantId,
    organization: &str,
    connection: &ConnectionId,
    settings: &Map<String, Value>,
    executor: impl Executor<'_, Database = Any>,
) -> Result<bool, StoreError> {
    let step = "add the organization's connection";
    sqlx::query(
        "INSERT INTO organization_connections (tenant_id, organization_id, connection_id, settings) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(text(tenant.as_str()))
    .bind(text(organization))
    .bind(text(connection.as_str()))
    .bind(bounded(settings, MOST_BYTES, step)?)
    .execute(executor)
    .await
    .at_most_one(step)
}
