use serde_json::{Map, Value};
use sqlx::AnyConnection;
use trickle_model::TenantId;

use crate::column::{Row, object, text};
use crate::error::{Changed, Step};
use crate::{Kept, StoreError};

/// The kind of roles among things that are kept.
pub const ROLE: &str = "role";

/// The part of a role that lists them.
const PART: &str = "permissions";
const API: &str = "resource_server_identifier";
const NAME: &str = "permission_name";

/// A right at an API; its order is that of lists.
///
/// `{"resource_server_identifier":"https://api.example/","permission_name":"read:carts"}`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// Identifier of the API.
    pub api: String,
    /// Value of one of its scopes.
    pub name: String,
}

impl Permission {
    /// Its fields in JSON; no two permissions have both alike.
    pub const FIELDS: [&str; 2] = [API, NAME];

    /// Those that come with a role.
    pub fn of_role(role: &Kept) -> Vec<Self> {
        of_parts(&role.parts)
    }

    /// Lets these come with a role, and no others.
    pub fn set_of_role(role: &mut Kept, permissions: Vec<Self>) {
        set_of_parts(&mut role.parts, permissions);
    }

    /// As the API shows it.
    pub fn to_object(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert(API.to_owned(), self.api.as_str().into());
        shown.insert(NAME.to_owned(), self.name.as_str().into());
        shown
    }

    fn from_value(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            api: text(API)?,
            name: text(NAME)?,
        })
    }
}

pub(super) fn of_parts(parts: &Map<String, Value>) -> Vec<Permission> {
    let listed = parts.get(PART).and_then(Value::as_array);
    let listed = listed.into_iter().flatten();
    listed.filter_map(Permission::from_value).collect()
}

fn set_of_parts(parts: &mut Map<String, Value>, mut permissions: Vec<Permission>) {
    permissions.sort();
    permissions.dedup();
    let listed: Value = permissions.iter().map(Permission::to_object).collect();
    parts.insert(PART.to_owned(), listed);
}

/// Takes what roles allow at an API, which is gone. One of the same identifier that is made later begins with nothing.
pub(crate) async fn forget_api(
    tenant: &TenantId,
    api: &str,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let step = "take an API from the roles";
    // The first statement locks the rows.
    sqlx::query("UPDATE kept SET parent = parent WHERE tenant_id = $1 AND kind = 'role'")
        .bind(text(tenant.as_str()))
        .execute(&mut *tx)
        .await
        .step(step)?;
    let roles: Vec<(String, String)> =
        sqlx::query_as("SELECT id, parts FROM kept WHERE tenant_id = $1 AND kind = 'role'")
            .bind(text(tenant.as_str()))
            .fetch_all(&mut *tx)
            .await
            .step(step)?;
    for (id, parts) in roles {
        let row = Row {
            table: "kept",
            id: &id,
        };
        let mut parts = row.object("parts", &parts)?;
        let mut permissions = of_parts(&parts);
        let before = permissions.len();
        permissions.retain(|permission| permission.api != api);
        if permissions.len() == before {
            continue;
        }
        set_of_parts(&mut parts, permissions);
        sqlx::query(
            "UPDATE kept SET parts = $3 WHERE tenant_id = $1 AND kind = 'role' AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&id))
        .bind(object(&parts))
        .execute(&mut *tx)
        .await
        .exactly_one(step)?;
    }
    Ok(())
}
