//! A user as the API shows it.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value, json};
use trickle_model::{ConnectionId, TenantId, User, iso_millis};
use trickle_store::Store;

use crate::v2::Error;

/// Names of the connections of some users.
pub(in crate::v2) struct ConnectionNames(HashMap<ConnectionId, Arc<str>>);

impl ConnectionNames {
    pub(in crate::v2) async fn of(
        store: &Store,
        tenant: &TenantId,
        users: &[User],
    ) -> Result<Self, Error> {
        let mut names = HashMap::new();
        for user in users {
            if names.contains_key(&user.connection) {
                continue;
            }
            // A connection that goes takes its users along; one that went just now has no name any more.
            if let Some(name) = store.connection_name(tenant, &user.connection).await? {
                names.insert(user.connection.clone(), name);
            }
        }
        Ok(Self(names))
    }

    fn get(&self, id: &ConnectionId) -> Option<&str> {
        self.0.get(id).map(AsRef::as_ref)
    }
}

/// The user; empty metadata and fields without a value are left out.
pub(in crate::v2) fn view(user: &User, names: &ConnectionNames) -> Value {
    let mut root = user.attributes.clone();
    let mut put = |name: &str, value: Value| {
        root.insert(name.to_owned(), value);
    };
    put("user_id", user.id.as_str().into());
    put("email_verified", user.email_verified.into());
    put("created_at", iso_millis(user.created_at).into());
    put("updated_at", iso_millis(user.updated_at).into());
    put(
        "identities",
        json!([{
            "connection": names.get(&user.connection),
            "user_id": user.id.raw(),
            "provider": "auth0",
            "isSocial": false,
        }]),
    );
    if let Some(email) = &user.email {
        put("email", email.as_str().into());
    }
    if let Some(username) = &user.username {
        put("username", username.as_str().into());
    }
    if user.blocked {
        put("blocked", true.into());
    }
    if user.logins_count > 0 {
        put("logins_count", user.logins_count.into());
    }
    if let Some(at) = user.last_login {
        put("last_login", iso_millis(at).into());
    }
    if let Some(ip) = &user.last_ip {
        put("last_ip", ip.as_str().into());
    }
    if let Some(at) = user.last_password_reset {
        put("last_password_reset", iso_millis(at).into());
    }
    metadata(&mut root, "user_metadata", &user.user_metadata);
    metadata(&mut root, "app_metadata", &user.app_metadata);
    Value::Object(root)
}

fn metadata(root: &mut Map<String, Value>, name: &str, metadata: &Map<String, Value>) {
    if !metadata.is_empty() {
        root.insert(name.to_owned(), Value::Object(metadata.clone()));
    }
}
