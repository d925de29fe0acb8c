//! The official SDKs for Python, unmodified, over https.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, failure, found, legacy_connection, python, user};

/// The items of a list, in whichever shape the version gives it on.
fn items<'a>(list: &'a Value, key: &str) -> &'a Vec<Value> {
    let items = if list.is_array() { list } else { &list[key] };
    items
        .as_array()
        .unwrap_or_else(|| panic!("no {key}: {list:#}"))
}

async fn people_and_administrators(version: &str) {
    let service = LegacyService::with_users(vec![user("1", "ann")]);
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let other = json!({"name": "other", "strategy": "auth0"});
    manager.post("/connections", &other).await.with_status(201);
    let made = manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let parameters = json!({
        "connection": made["id"], "connectionName": "customers",
        "username": "ann@example.com", "password": "ann's password",
    });
    let lines = python(version, &server, &site.credentials, &parameters);

    assert!(found(&lines, "login")["id_token"].is_string());
    assert!(failure(&lines, "wrong password").contains("Wrong email or password."));
    assert_eq!(found(&lines, "userinfo")["sub"], "auth0|1");
    assert_eq!(found(&lines, "sign-up")["email"], "new@example.com");
    assert!(failure(&lines, "sign-up again").contains("invalid_signup"));
    let sent = found(&lines, "change password").to_string();
    assert!(sent.contains("sent you an email"), "{sent}");
    assert!(found(&lines, "token").get("id_token").is_none());

    let connections = items(found(&lines, "connections"), "connections");
    let names = connections.iter().map(|one| one["name"].as_str().unwrap());
    assert_eq!(names.len(), 2);
    // Which is first is open when both were made within a millisecond.
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        BTreeSet::from(["other", "customers"])
    );
    assert_eq!(found(&lines, "connection")["id"], made["id"]);
    let user = &found(&lines, "create user")["user_id"];
    assert!(failure(&lines, "create user again").contains("409"));
    assert_eq!(&found(&lines, "user")["user_id"], user);
    for (step, key) in [("users", "users"), ("by email", "users")] {
        let users = items(found(&lines, step), key);
        assert_eq!((users.len(), &users[0]["user_id"]), (1, user), "{step}");
    }
    let clients = items(found(&lines, "clients"), "clients");
    let own = |one: &Value| one["client_id"] == site.credentials.client_id;
    assert!(clients.iter().any(own));
    let grants = items(found(&lines, "client grants"), "client_grants");
    assert!(grants.iter().any(own));
    assert!(found(&lines, "tenant")["flags"].is_object());
    let ticket = found(&lines, "ticket")["ticket"].as_str().unwrap();
    assert!(ticket.starts_with(&site.url), "{ticket}");
    let import = found(&lines, "import");
    assert_eq!(import["type"], "users_import");
    assert_eq!(import["connection_id"], made["id"]);
    let organization = &found(&lines, "create organization")["id"];
    let organizations = items(found(&lines, "organizations"), "organizations");
    assert_eq!(&organizations[0]["id"], organization);
    let links = found(&lines, "organization connections");
    let links = items(links, "enabled_connections");
    assert_eq!(links[0]["connection_id"], made["id"]);
    found(&lines, "delete user");
}

#[tokio::test]
async fn version_4_serves_people_and_administrators() {
    people_and_administrators("v4").await;
}

#[tokio::test]
async fn version_6_serves_people_and_administrators() {
    people_and_administrators("v6").await;
}
