use std::collections::BTreeMap;

use sqlx::AnyConnection;
use trickle_model::{ConnectionId, Secret, TenantId};

use super::ConfigurationInput;
use crate::StoreError;
use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::vault::Vault;

/// A value opens in its own connection under its own key only, so that nobody reads a value by sending its ciphertext
/// to another connection.
fn place<'a>(tenant: &'a TenantId, connection: &'a ConnectionId, key: &'a str) -> [&'a str; 4] {
    ["configuration", tenant.as_str(), connection.as_str(), key]
}

pub(super) fn open_value(
    vault: &Vault,
    tenant: &TenantId,
    connection: &ConnectionId,
    key: &str,
    sealed: &str,
) -> Result<Secret, StoreError> {
    let row = Row {
        table: "secrets",
        id: connection.as_str(),
    };
    vault
        .unseal_text(sealed, &place(tenant, connection, key))
        .map(|clear| Secret::new(clear.as_str()))
        .map_err(|error| row.inconsistent("sealed", error))
}

pub(super) async fn put_value(
    vault: &Vault,
    tenant: &TenantId,
    connection: &ConnectionId,
    key: &str,
    clear: &Secret,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let key = text(key);
    let sealed = vault.seal(clear.expose().as_bytes(), &place(tenant, connection, &key));
    sqlx::query(
        "INSERT INTO secrets (connection_id, name, sealed) VALUES ($1, $2, $3) \
         ON CONFLICT (connection_id, name) DO UPDATE SET sealed = excluded.sealed",
    )
    .bind(text(connection.as_str()))
    .bind(key)
    .bind(sealed)
    .execute(tx)
    .await
    .exactly_one("store the configuration value")
}

/// Makes the stored configuration what `wanted` says.
pub(super) async fn replace(
    vault: &Vault,
    tenant: &TenantId,
    connection: &ConnectionId,
    wanted: &BTreeMap<String, ConfigurationInput>,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let step = "replace the configuration";
    let stored: Vec<String> =
        sqlx::query_scalar("SELECT name FROM secrets WHERE connection_id = $1")
            .bind(connection.as_str())
            .fetch_all(&mut *tx)
            .await
            .step(step)?;
    for (key, input) in wanted {
        match input {
            ConfigurationInput::Clear(clear) => {
                put_value(vault, tenant, connection, key, clear, &mut *tx).await?;
            }
            ConfigurationInput::Keep if stored.contains(key) => {}
            ConfigurationInput::Keep => {
                return Err(StoreError::NothingToKeep { key: key.clone() });
            }
        }
    }
    for key in stored.iter().filter(|key| !wanted.contains_key(*key)) {
        sqlx::query("DELETE FROM secrets WHERE connection_id = $1 AND name = $2")
            .bind(connection.as_str())
            .bind(key)
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
    }
    Ok(())
}
