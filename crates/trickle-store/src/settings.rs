//! Settings of a tenant, by name.

use serde_json::{Map, Value};
use sqlx::AnyConnection;
use trickle_model::TenantId;

use crate::column::{Row, object, text};
use crate::error::{Changed, Step};
use crate::stored::bounded;
use crate::{Store, StoreError};

/// Reads a stored value.
pub(crate) fn parse(name: &str, json: &str) -> Result<Map<String, Value>, StoreError> {
    let row = Row {
        table: "tenant_settings",
        id: name,
    };
    row.object("value", json)
}

/// Pages read these two, for anybody who asks.
const OF_PAGES: [&str; 2] = ["branding", "tenant"];
const OF_PAGES_MOST_BYTES: usize = 64 << 10;
/// Of all others.
const MOST_BYTES: usize = 1 << 20;
const CHANGE: &str = "change the tenant's settings";

fn most_bytes(name: &str) -> usize {
    if OF_PAGES.contains(&name) {
        OF_PAGES_MOST_BYTES
    } else {
        MOST_BYTES
    }
}

impl Store {
    /// The settings of this name, if the tenant has set any.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenant_settings.setting", skip_all, fields(tenant.id = %tenant, setting.name = name))]
    pub async fn setting(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<Option<Map<String, Value>>, StoreError> {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(name))
        .fetch_optional(&self.read)
        .await
        .step("read the tenant's settings")?;
        found.map(|json| parse(name, &json)).transpose()
    }

    /// Replaces the settings of this name.
    ///
    /// # Errors
    /// They are beyond their bound, the tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.tenant_settings.put", skip_all, fields(tenant.id = %tenant, setting.name = name))]
    pub async fn put_setting(
        &self,
        tenant: &TenantId,
        name: &str,
        value: &Map<String, Value>,
    ) -> Result<(), StoreError> {
        let step = "store the tenant's settings";
        let value = bounded(value, most_bytes(name), step)?;
        sqlx::query(
            "INSERT INTO tenant_settings (tenant_id, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value",
        )
        .bind(text(tenant.as_str()))
        .bind(text(name))
        .bind(value)
        .execute(&self.write)
        .await
        .exactly_one(step)
    }

    /// Changes the settings of this name; nobody else does at the same time. Gives them as they are then.
    ///
    /// # Errors
    /// They grow beyond their bound, the tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.tenant_settings.change", skip_all, fields(tenant.id = %tenant, setting.name = name))]
    pub async fn change_setting(
        &self,
        tenant: &TenantId,
        name: &str,
        change: impl FnOnce(&mut Map<String, Value>) + Send,
    ) -> Result<Map<String, Value>, StoreError> {
        let mut tx = self.begin_write().await?;
        let settings = change_within((tenant, name), change, &mut tx).await?;
        tx.commit().await.step(CHANGE)?;
        Ok(settings)
    }

    /// Changes settings of two names, both or neither, and gives them in this order.
    ///
    /// # Errors
    /// As [`change_setting`](Self::change_setting).
    #[tracing::instrument(name = "db.tenant_settings.change_two", skip_all, fields(tenant.id = %tenant))]
    pub async fn change_two_settings(
        &self,
        tenant: &TenantId,
        (first, change_first): (&str, impl FnOnce(&mut Map<String, Value>) + Send),
        (second, change_second): (&str, impl FnOnce(&mut Map<String, Value>) + Send),
    ) -> Result<[Map<String, Value>; 2], StoreError> {
        let mut tx = self.begin_write().await?;
        let first = change_within((tenant, first), change_first, &mut tx).await?;
        let second = change_within((tenant, second), change_second, &mut tx).await?;
        tx.commit().await.step(CHANGE)?;
        Ok([first, second])
    }

    /// Removes the settings of this name; false where there were none.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenant_settings.remove", skip_all, fields(tenant.id = %tenant, setting.name = name))]
    pub async fn remove_setting(&self, tenant: &TenantId, name: &str) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM tenant_settings WHERE tenant_id = $1 AND name = $2")
            .bind(text(tenant.as_str()))
            .bind(text(name))
            .execute(&self.write)
            .await
            .at_most_one("remove the tenant's settings")
    }
}

/// Within a transaction, which holds the row from here on.
async fn change_within(
    (tenant, name): (&TenantId, &str),
    change: impl FnOnce(&mut Map<String, Value>) + Send,
    tx: &mut AnyConnection,
) -> Result<Map<String, Value>, StoreError> {
    // The first statement locks the row, which is there from then on.
    sqlx::query(
        "INSERT INTO tenant_settings (tenant_id, name, value) VALUES ($1, $2, '{}') \
         ON CONFLICT (tenant_id, name) DO UPDATE SET value = tenant_settings.value",
    )
    .bind(text(tenant.as_str()))
    .bind(text(name))
    .execute(&mut *tx)
    .await
    .exactly_one(CHANGE)?;
    let stored: String =
        sqlx::query_scalar("SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = $2")
            .bind(text(tenant.as_str()))
            .bind(text(name))
            .fetch_one(&mut *tx)
            .await
            .step(CHANGE)?;
    let mut settings = parse(name, &stored)?;
    change(&mut settings);
    let changed = object(&settings);
    let most_bytes = most_bytes(name);
    // What grew before there was a bound can be made smaller.
    if changed.len() > most_bytes && changed.len() > stored.len() {
        return Err(StoreError::TooLarge {
            step: CHANGE,
            most_bytes,
        });
    }
    sqlx::query("UPDATE tenant_settings SET value = $3 WHERE tenant_id = $1 AND name = $2")
        .bind(text(tenant.as_str()))
        .bind(text(name))
        .bind(changed)
        .execute(&mut *tx)
        .await
        .exactly_one(CHANGE)?;
    Ok(settings)
}
