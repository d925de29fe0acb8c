//! The first client of the default tenant, so that a new install can be talked to.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;
use trickle_engine::{MANAGEMENT_SCOPES, NewClient, create_client};
use trickle_model::{Grant, SystemClock};
use trickle_store::{ClientFilter, Page, Store, Tenant};

use crate::data_dir::write_private;

const FILE: &str = "first-client.json";

/// The file with the first client's id and secret; made, with the client, when the tenant has none.
pub async fn ensure(store: &Store, tenant: &Tenant, folder: &Path) -> anyhow::Result<PathBuf> {
    let file = folder.join(FILE);
    let one = Page {
        offset: 0,
        limit: 1,
    };
    let clients = store
        .list_clients(&tenant.id, &ClientFilter::default(), one)
        .await
        .context("read the clients")?;
    if clients.total > 0 {
        return Ok(file);
    }
    let new = NewClient {
        tenant: tenant.id.clone(),
        name: "first client".to_owned(),
        grants: vec![
            Grant::ClientCredentials,
            Grant::Password,
            Grant::PasswordRealm,
        ],
        management_scopes: MANAGEMENT_SCOPES
            .iter()
            .map(|&scope| scope.to_owned())
            .collect(),
    };
    let (client, secret) = create_client(store, &SystemClock, new)
        .await
        .context("make the first client")?;
    let contents = json!({"client_id": client.id, "client_secret": secret.expose()});
    write_private(&file, contents.to_string().as_bytes())
        .with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}
