//! APIs that clients get tokens for.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::FromRow;
use trickle_model::{GrantSubject, TenantId};

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::{BY_AGE, By};
use crate::stored::{List, Stored, bounded, find, merge, remove};
use crate::{Listed, Page, Part, Store, StoreError, Total, roles};

/// A thousand scopes with their descriptions.
const MOST_BYTES: usize = 512 << 10;

const BY_IDENTIFIER: &[By] = &[By::text("identifier")];

/// An API.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceServer {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The audience of tokens for it; unique within the tenant.
    pub identifier: String,
    /// Everything else, as it was sent.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ResourceServer {
    /// The field that says whom tokens may be about: `{"user":{"policy":"require_client_grant"},"client":{"policy":"deny_all"}}`.
    pub const POLICIES: &str = "subject_type_authorization";
    /// Every client gets tokens for it.
    pub const ALLOW_ALL: &str = "allow_all";
    /// No client does.
    pub const DENY_ALL: &str = "deny_all";
    /// Clients do that have a grant.
    pub const REQUIRE_GRANT: &str = "require_client_grant";

    /// What it says of tokens about such a subject.
    pub fn policy(&self, subject: GrantSubject) -> Option<&str> {
        let policies = self.settings.get(Self::POLICIES)?;
        policies.get(subject.as_str())?.get("policy")?.as_str()
    }

    /// Values of its scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scopes = self.settings.get("scopes").and_then(Value::as_array);
        let scopes = scopes.into_iter().flatten();
        scopes.filter_map(|scope| scope.get("value")?.as_str())
    }

    /// Whether people get only those of its scopes that their roles or permissions allow.
    pub fn enforces_policies(&self) -> bool {
        self.settings.get("enforce_policies") == Some(&Value::Bool(true))
    }
}

#[derive(FromRow)]
pub(crate) struct ServerRow {
    id: String,
    identifier: String,
    settings: String,
    created_at: i64,
}

impl Stored for ResourceServer {
    type Row = ServerRow;
    const COLUMNS: &'static str = "id, identifier, settings, created_at";
    const FROM: &'static str = "resource_servers";
}

impl TryFrom<ServerRow> for ResourceServer {
    type Error = StoreError;

    fn try_from(server: ServerRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "resource_servers",
            id: &server.id,
        };
        Ok(Self {
            settings: row.object("settings", &server.settings)?,
            created_at: row.time("created_at", server.created_at)?,
            id: server.id,
            identifier: server.identifier,
        })
    }
}

impl Store {
    /// Adds an API; false when its identifier or id is taken.
    ///
    /// # Errors
    /// The tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.resource_servers.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_resource_server(
        &self,
        tenant: &TenantId,
        server: &ResourceServer,
    ) -> Result<bool, StoreError> {
        let step = "add the resource server";
        let settings = bounded(&server.settings, MOST_BYTES, step)?;
        sqlx::query(
            "INSERT INTO resource_servers (tenant_id, id, identifier, settings, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&server.id))
        .bind(text(&server.identifier))
        .bind(settings)
        .bind(server.created_at.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one(step)
    }

    /// The API of an id or an identifier.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.resource_servers.resource_server", skip_all, fields(tenant.id = %tenant))]
    pub async fn resource_server(
        &self,
        tenant: &TenantId,
        id_or_identifier: &str,
    ) -> Result<Option<ResourceServer>, StoreError> {
        let step = "find the resource server";
        self.find_by_id_or("identifier", tenant, id_or_identifier, step)
            .await
    }

    /// APIs of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.resource_servers.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_resource_servers(
        &self,
        tenant: &TenantId,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<ResourceServer>, StoreError> {
        self.listed(List {
            filter: &Filter::new("tenant_id", text(tenant.as_str())),
            order: BY_AGE,
            part: part.into(),
            total: Total::Counted,
            step: "list the resource servers",
        })
        .await
    }

    /// Those APIs of a tenant that have one of these identifiers, each of which becomes a value of the statement.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.resource_servers.named", skip_all, fields(tenant.id = %tenant))]
    pub async fn resource_servers_named(
        &self,
        tenant: &TenantId,
        identifiers: &[String],
    ) -> Result<Vec<ResourceServer>, StoreError> {
        if identifiers.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter::new("tenant_id", text(tenant.as_str()))
            .and_any("identifier", identifiers.iter().map(String::as_str));
        let listed = self.listed(List {
            filter: &filter,
            order: BY_IDENTIFIER,
            part: Page::ALL.into(),
            total: Total::Seen,
            step: "find resource servers",
        });
        Ok(listed.await?.items)
    }

    /// Puts settings over those of an API, `null` removing; `None` without such an API.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.resource_servers.change", skip_all, fields(tenant.id = %tenant))]
    pub async fn change_resource_server(
        &self,
        tenant: &TenantId,
        id: &str,
        settings: Map<String, Value>,
    ) -> Result<Option<ResourceServer>, StoreError> {
        let step = "change the resource server";
        let held = self.hold::<ResourceServer>(tenant, id, step).await?;
        let Some((mut tx, mut server)) = held else {
            return Ok(None);
        };
        merge(&mut server.settings, settings);
        let settings = bounded(&server.settings, MOST_BYTES, step)?;
        sqlx::query("UPDATE resource_servers SET settings = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(id))
            .bind(settings)
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(Some(server))
    }

    /// Removes an API and everybody's rights to it; false without such an API.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.resource_servers.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_resource_server(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<bool, StoreError> {
        let step = "remove the resource server";
        let mut tx = self.begin_write().await?;
        let place = "WHERE tenant_id = $1 AND id = $2";
        let found: Option<ResourceServer> =
            find(place, &[tenant.as_str(), id], step, &mut *tx).await?;
        let Some(ResourceServer { identifier, .. }) = found else {
            return Ok(false);
        };
        sqlx::query("DELETE FROM client_grants WHERE tenant_id = $1 AND audience = $2")
            .bind(text(tenant.as_str()))
            .bind(text(&identifier))
            .execute(&mut *tx)
            .await
            .step(step)?;
        roles::forget_api(tenant, &identifier, &mut tx).await?;
        let found = remove("resource_servers", (tenant, id), step, &mut *tx).await?;
        tx.commit().await.step(step)?;
        Ok(found)
    }
}
