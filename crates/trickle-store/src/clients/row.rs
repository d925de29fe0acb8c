use sqlx::FromRow;
use trickle_model::{ApiClient, ClientId, ClientSettings, TenantId};

use crate::StoreError;
use crate::column::Row;
use crate::stored::Stored;

#[derive(FromRow)]
pub(crate) struct ClientRow {
    id: String,
    tenant_id: String,
    name: String,
    secret_sha256: String,
    grants: String,
    settings: String,
    created_at: i64,
}

impl Stored for ApiClient {
    type Row = ClientRow;
    const COLUMNS: &'static str =
        "id, tenant_id, name, secret_sha256, grants, settings, created_at";
    const FROM: &'static str = "api_clients";
}

impl TryFrom<ClientRow> for ApiClient {
    type Error = StoreError;

    fn try_from(client: ClientRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "api_clients",
            id: &client.id,
        };
        let mut secret_sha256 = [0; 32];
        hex::decode_to_slice(&client.secret_sha256, &mut secret_sha256)
            .map_err(|_| row.inconsistent("secret_sha256", "it is not 64 hexadecimal digits"))?;
        Ok(Self {
            created_at: row.time("created_at", client.created_at)?,
            grant_types: row.list("grants", &client.grants)?,
            settings: ClientSettings::from_stored(row.object("settings", &client.settings)?),
            id: ClientId::from_text(client.id),
            tenant: TenantId::from_text(client.tenant_id),
            name: client.name,
            secret_sha256,
        })
    }
}
