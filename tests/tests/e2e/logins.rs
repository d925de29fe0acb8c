//! Logins of legacy users over https.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trickle_testkit::{
    http::{LegacyService, LegacyUser},
    tcp::Refused,
    wait_for_async,
};

use crate::harness::{Install, LIMIT, Manager, Server, Site, jane, legacy_connection, user};

const WRONG: &str = r#"{"error":"invalid_grant","error_description":"Wrong email or password."}"#;

/// A server with the connection `customers` to a legacy service.
struct Migration {
    service: LegacyService,
    server: Server,
    site: Site,
    manager: Manager,
    connection: Value,
    _install: Install,
}

impl Migration {
    async fn start(users: Vec<LegacyUser>) -> Self {
        let service = LegacyService::with_users(users);
        let install = Install::new().with_local_net();
        let server = install.start();
        let site = server.site();
        let manager = site.manager().await;
        let connection = legacy_connection("customers", &service);
        let connection = manager.add_connection(connection).await;
        Self {
            service,
            server,
            site,
            manager,
            connection,
            _install: install,
        }
    }

    async fn login(&self, username: &str, password: &str) -> (u16, String) {
        let answer = self.site.login("customers", username, password).await;
        (answer.status, answer.text)
    }

    /// Points the connection to another address of the legacy service.
    async fn move_to(&self, url: &str) {
        let mut options = self.connection["options"].clone();
        options["configuration"] = json!({"baseUrl": url});
        let path = format!("/connections/{}", self.connection["id"].as_str().unwrap());
        let changed = self
            .manager
            .patch(&path, &json!({"options": options}))
            .await;
        changed.with_status(200);
    }
}

#[tokio::test]
async fn the_first_login_runs_the_script_and_the_second_is_native() {
    let migration = Migration::start(vec![jane()]).await;
    assert_eq!(migration.manager.users().await, Vec::<Value>::new());
    for _ in 1..=3 {
        let (status, text) = migration.login("jane@example.com", "legacy password").await;
        assert_eq!(status, 200, "{text}");
        assert_eq!(migration.service.hits("/profile"), 1);
    }
    assert_eq!(
        migration
            .login(" Jane@Example.com ", "legacy password")
            .await
            .0,
        200
    );
    let wrong = migration.login("jane@example.com", "another").await;
    assert_eq!(wrong, (403, WRONG.to_owned()));
    assert_eq!(
        migration.service.hits("/profile"),
        1,
        "the legacy store is not asked"
    );

    let users = migration.manager.users().await;
    assert_eq!(users.len(), 1);
    assert_eq!(users[0]["user_id"], "auth0|42");
    assert_eq!(users[0]["email"], "jane@example.com");
    assert_eq!(users[0]["nickname"], "jane");
    assert_eq!(users[0]["identities"][0]["connection"], "customers");
    assert_eq!(users[0]["logins_count"], 4);
}

#[tokio::test]
async fn unknown_unmigrated_and_migrated_users_get_the_same_answer() {
    let migration = Migration::start(vec![jane(), user("43", "joe")]).await;
    migration.login("jane@example.com", "legacy password").await;
    let mut headers = BTreeSet::new();
    for username in ["nobody@example.com", "joe@example.com", "jane@example.com"] {
        let site = &migration.site;
        let answer = site.login("customers", username, "wrong").await;
        assert_eq!(answer.told(), (403, WRONG), "{username}");
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        assert!(names.contains(&"x-request-id".to_owned()), "{names:?}");
        headers.insert(names);
    }
    assert_eq!(migration.manager.users().await.len(), 1);
}

#[tokio::test]
async fn a_password_that_changes_in_the_legacy_store_later_does_not_count() {
    let migration = Migration::start(vec![jane()]).await;
    migration.login("jane@example.com", "legacy password").await;
    let later = LegacyService::with_users(vec![LegacyUser {
        password: "changed".to_owned(),
        ..jane()
    }]);
    migration.move_to(&later.url()).await;
    assert_eq!(migration.login("jane@example.com", "changed").await.0, 403);
    assert_eq!(
        migration
            .login("jane@example.com", "legacy password")
            .await
            .0,
        200
    );
    assert_eq!(later.hits("/"), 0);
    assert_eq!(later.hits("/profile"), 0);
}

#[tokio::test]
async fn an_outage_is_no_wrong_password_and_changes_nothing() {
    let migration = Migration::start(vec![jane(), user("43", "joe")]).await;
    migration.login("jane@example.com", "legacy password").await;
    let before = migration.manager.users().await;
    let refused = Refused::start();
    migration
        .move_to(&format!("http://{}", refused.addr()))
        .await;

    for password in ["joe's password", "wrong"] {
        let site = &migration.site;
        let answer = site.login("customers", "joe@example.com", password).await;
        let told = r#"{"error":"temporarily_unavailable","error_description":"The login could not be completed at this time. Please try again later."}"#;
        assert_eq!(answer.told(), (503, told));
        assert_eq!(answer.headers["retry-after"], "10");
    }
    assert_eq!(migration.manager.users().await, before);
    assert_eq!(
        migration
            .login("jane@example.com", "legacy password")
            .await
            .0,
        200
    );

    migration.move_to(&migration.service.url()).await;
    assert_eq!(
        migration.login("joe@example.com", "joe's password").await.0,
        200
    );
    assert_eq!(migration.manager.users().await.len(), 2);
    // The log reaches the file a moment after the answer.
    wait_for_async(LIMIT, async || {
        migration.server.log().contains("legacy_store_down")
    })
    .await;
}

#[tokio::test]
async fn a_stopped_legacy_store_does_not_hinder_those_who_have_moved() {
    let Migration {
        service,
        server: _server,
        site,
        manager,
        _install,
        ..
    } = Migration::start(vec![jane(), user("43", "joe")]).await;
    let login = async |name: &str, password: &str| site.login("customers", name, password).await;
    login("jane@example.com", "legacy password")
        .await
        .with_status(200);
    drop(service);
    login("jane@example.com", "legacy password")
        .await
        .with_status(200);
    login("jane@example.com", "wrong").await.with_status(403);
    login("joe@example.com", "joe's password")
        .await
        .with_status(503);
    assert_eq!(manager.users().await.len(), 1);
}

#[tokio::test]
async fn the_tenants_log_tells_what_the_person_is_not_told() {
    let migration = Migration::start(vec![jane()]).await;
    migration.login("jane@example.com", "wrong").await;
    migration.login("jane@example.com", "legacy password").await;
    migration.login("jane@example.com", "legacy password").await;
    let log = migration
        .manager
        .get("/logs?per_page=100")
        .await
        .with_status(200);
    let logins: Vec<(&str, &str)> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["details"]["outcome"].is_string())
        .map(|entry| {
            let how = entry["details"]["how"].as_str().unwrap_or_default();
            (entry["type"].as_str().unwrap(), how)
        })
        .collect();
    assert_eq!(logins, [("s", "native"), ("s", "migrated"), ("fp", "")]);
}

#[tokio::test]
async fn a_script_defect_and_a_script_message_are_told_apart() {
    let migration = Migration::start(vec![jane()]).await;
    let cases = [
        (
            "callback(new Error('secret internals'));",
            (
                500,
                "server_error",
                "The login could not be completed. Please contact the administrator.",
            ),
        ),
        (
            "callback(new ValidationError('closed', 'Your account is closed.'));",
            (403, "access_denied", "Your account is closed."),
        ),
        (
            "callback(new UnauthorizedError('Come back later.'));",
            (403, "unauthorized", "Come back later."),
        ),
        (
            "callback(null, {id: 1});",
            (
                500,
                "server_error",
                "The login could not be completed. Please contact the administrator.",
            ),
        ),
    ];
    let path = format!(
        "/connections/{}",
        migration.connection["id"].as_str().unwrap()
    );
    for (body, (status, error, description)) in cases {
        let mut options = migration.connection["options"].clone();
        let script = format!("function login(email, password, callback) {{ {body} }}");
        options["customScripts"]["login"] = script.into();
        let change = json!({"options": options});
        migration
            .manager
            .patch(&path, &change)
            .await
            .with_status(200);
        let (got, text) = migration.login("jane@example.com", "legacy password").await;
        let expected = json!({"error": error, "error_description": description});
        assert_eq!(
            (got, serde_json::from_str::<Value>(&text).unwrap()),
            (status, expected),
            "{body}"
        );
    }
    assert_eq!(migration.manager.users().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_private_address_has_to_be_allowed_by_the_operator() {
    let service = LegacyService::start();
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let login = site
        .login("customers", "jane@example.com", "legacy password")
        .await;
    assert_eq!(login.with_status(500)["error"], "server_error");
    assert_eq!(service.hits("/profile"), 0);
    let log = manager.get("/logs?per_page=1").await.with_status(200);
    let message = log[0]["details"]["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("--allow-net {}", service.addr())),
        "{message}"
    );
}
