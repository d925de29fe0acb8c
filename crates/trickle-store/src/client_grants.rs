//! Rights of clients to tokens for APIs.

use serde_json::{Map, Value};
use sqlx::FromRow;
use trickle_model::{ClientGrant, ClientId, GrantHolder, GrantSubject, TenantId};

use crate::column::{Row, list, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::By;
use crate::stored::{List, Stored, bounded, find, merge, remove};
use crate::{Listed, Part, Store, StoreError, Total};

/// The setting that says that a grant counts for every organization.
pub(crate) const ANY_ORGANIZATION: &str = "allow_any_organization";
const FIND: &str = "find the client grant";
/// Of the settings of a grant: each token for a program reads them.
const MOST_BYTES: usize = 64 << 10;
/// By client, audience and kind of subject, grants of no single client first.
pub(crate) const GRANT_ORDER: &[By] = &[
    By::text("COALESCE(client_grants.client_id, '')"),
    By::text("client_grants.audience"),
    By::text("client_grants.subject_type"),
];

/// Which grants to list.
#[derive(Clone, Debug, Default)]
pub struct ClientGrantFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// For this audience.
    pub audience: Option<String>,
    /// For tokens about these.
    pub subject: Option<GrantSubject>,
    /// Only those that are no single client's.
    pub only_defaults: bool,
    /// Any of these ids; empty means all.
    pub ids: Vec<String>,
    /// Whether they count for every organization.
    pub for_any_organization: Option<bool>,
}

impl ClientGrantFilter {
    /// Narrows a list in which grants are.
    pub(crate) fn narrow(&self, list: Filter, dialect: Dialect) -> Filter {
        let client = self.client.as_ref().map(|id| text(id.as_str()));
        let subject = self.subject.map(|subject| text(subject.as_str()));
        let default_for = self
            .only_defaults
            .then(|| GrantHolder::THIRD_PARTY.to_owned());
        let list = list
            .and("client_grants.client_id", client)
            .and("client_grants.audience", self.audience.clone())
            .and("client_grants.subject_type", subject)
            .and("client_grants.default_for", default_for)
            .and_any("client_grants.id", self.ids.iter().map(String::as_str));
        match self.for_any_organization {
            None => list,
            Some(wanted) => list.and_that(|sql| {
                let any = dialect.is_true("client_grants.settings", ANY_ORGANIZATION);
                sql.push(if wanted { "" } else { "NOT " }).push(&any);
            }),
        }
    }
}

#[derive(FromRow)]
pub(crate) struct GrantRow {
    id: Option<String>,
    client_id: Option<String>,
    default_for: Option<String>,
    audience: String,
    scopes: String,
    settings: String,
}

impl Stored for ClientGrant {
    type Row = GrantRow;
    const COLUMNS: &'static str = "client_grants.id, client_grants.client_id, client_grants.default_for, client_grants.audience, \
         client_grants.scopes, client_grants.settings";
    const FROM: &'static str = "client_grants";
}

impl TryFrom<GrantRow> for ClientGrant {
    type Error = StoreError;

    fn try_from(grant: GrantRow) -> Result<Self, StoreError> {
        let whose = grant.client_id.as_deref().or(grant.default_for.as_deref());
        let row = Row {
            table: "client_grants",
            id: whose.unwrap_or_default(),
        };
        let holder = match (&grant.client_id, grant.default_for.as_deref()) {
            (Some(client), _) => GrantHolder::Client(ClientId::from_text(client)),
            (None, Some(GrantHolder::THIRD_PARTY)) => GrantHolder::ThirdPartyClients,
            _ => return Err(row.inconsistent("default_for", "it names no known clients")),
        };
        Ok(Self {
            scopes: row.list("scopes", &grant.scopes)?,
            settings: row.object("settings", &grant.settings)?,
            id: grant.id.unwrap_or_default(),
            holder,
            audience: grant.audience,
        })
    }
}

impl Store {
    /// Gives clients the right to tokens for an audience; false when the holder has one for the same kind of subject.
    ///
    /// # Errors
    /// Its settings are too large, the tenant has no such client, or the store fails.
    #[tracing::instrument(name = "db.client_grants.add", skip_all, fields(tenant.id = %tenant, grant.id = %grant.id))]
    pub async fn add_client_grant(
        &self,
        tenant: &TenantId,
        grant: &ClientGrant,
    ) -> Result<bool, StoreError> {
        let step = "add the client grant";
        sqlx::query(
            "INSERT INTO client_grants (tenant_id, client_id, default_for, audience, scopes, id, settings, subject_type) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(grant.holder.client().map(|id| text(id.as_str())))
        .bind(grant.holder.default_for().map(text))
        .bind(text(&grant.audience))
        .bind(list(grant.scopes.iter().map(String::as_str)))
        .bind(text(&grant.id))
        .bind(bounded(&grant.settings, MOST_BYTES, step)?)
        .bind(text(grant.subject().as_str()))
        .execute(&self.write)
        .await
        .at_most_one(step)
    }

    /// The right of a client of its own to tokens for an audience that are about such a subject.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.client_grant", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn client_grant(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        audience: &str,
        subject: GrantSubject,
    ) -> Result<Option<ClientGrant>, StoreError> {
        let condition =
            "WHERE tenant_id = $1 AND client_id = $2 AND audience = $3 AND subject_type = $4";
        let values = [tenant.as_str(), client.as_str(), audience, subject.as_str()];
        find(condition, &values, FIND, &self.read).await
    }

    /// The right of clients that others run, where they have none of their own, to tokens for an audience that are about such a subject.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.default_client_grant", skip_all, fields(tenant.id = %tenant))]
    pub async fn default_client_grant(
        &self,
        tenant: &TenantId,
        audience: &str,
        subject: GrantSubject,
    ) -> Result<Option<ClientGrant>, StoreError> {
        let condition =
            "WHERE tenant_id = $1 AND default_for = $2 AND audience = $3 AND subject_type = $4";
        let values = [
            tenant.as_str(),
            GrantHolder::THIRD_PARTY,
            audience,
            subject.as_str(),
        ];
        find(condition, &values, FIND, &self.read).await
    }

    /// The client grant of an id.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.client_grant_by_id", skip_all, fields(tenant.id = %tenant))]
    pub async fn client_grant_by_id(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<ClientGrant>, StoreError> {
        let condition = "WHERE tenant_id = $1 AND id = $2";
        find(condition, &[tenant.as_str(), id], FIND, &self.read).await
    }

    /// Client grants of a tenant, those that are no single client's first, then by client, audience and subject.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_client_grants(
        &self,
        tenant: &TenantId,
        filter: &ClientGrantFilter,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<ClientGrant>, StoreError> {
        let all = Filter::new("tenant_id", text(tenant.as_str()));
        let filter = filter.narrow(all, self.dialect);
        self.listed(List {
            filter: &filter,
            order: GRANT_ORDER,
            part: part.into(),
            total: Total::Counted,
            step: "list the client grants",
        })
        .await
    }

    /// Sets the scopes of a client grant, where given, and puts `settings` over its own, `null` removing; they do not change
    /// its subject. `None` without such a grant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.change", skip_all, fields(tenant.id = %tenant))]
    pub async fn change_client_grant(
        &self,
        tenant: &TenantId,
        id: &str,
        scopes: Option<Vec<String>>,
        settings: Map<String, Value>,
    ) -> Result<Option<ClientGrant>, StoreError> {
        let step = "change the client grant";
        let held = self.hold::<ClientGrant>(tenant, id, step).await?;
        let Some((mut tx, mut grant)) = held else {
            return Ok(None);
        };
        grant.scopes = scopes.unwrap_or(grant.scopes);
        merge(&mut grant.settings, settings);
        sqlx::query(
            "UPDATE client_grants SET scopes = $3, settings = $4 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(list(grant.scopes.iter().map(String::as_str)))
        .bind(bounded(&grant.settings, MOST_BYTES, step)?)
        .execute(&mut *tx)
        .await
        .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(Some(grant))
    }

    /// Removes a client grant; false without such a grant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_client_grant(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<bool, StoreError> {
        remove(
            "client_grants",
            (tenant, id),
            "remove the client grant",
            &self.write,
        )
        .await
    }
}
