//! Legacy users, and connections to them.

use serde_json::{Value, json};
use trickle_testkit::http::{LegacyService, LegacyUser};

/// The login script for [`LegacyService`].
pub const LOGIN: &str = include_str!("../../../../templates/basic-auth/login.js");
const GET_USER: &str = include_str!("../../../../templates/basic-auth/get_user.js");

/// The one whom [`LegacyService::start`] knows.
pub fn jane() -> LegacyUser {
    LegacyUser::jane()
}

/// `NAME@example.com` with the password `NAME's password`.
pub fn user(id: &str, name: &str) -> LegacyUser {
    LegacyUser {
        user_id: id.to_owned(),
        nickname: name.to_owned(),
        email: format!("{name}@example.com"),
        password: format!("{name}'s password"),
    }
}

/// A connection with import on; clients are not named yet.
pub fn connection(name: &str, login: &str, get_user: &str, configuration: &Value) -> Value {
    json!({
        "name": name, "strategy": "auth0",
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": true,
            "customScripts": {"login": login, "get_user": get_user},
            "configuration": configuration,
        },
    })
}

/// [`connection`] to a legacy service.
pub fn legacy_connection(name: &str, service: &LegacyService) -> Value {
    connection(name, LOGIN, GET_USER, &json!({"baseUrl": service.url()}))
}
