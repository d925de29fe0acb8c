//! The official SDKs for Node.js, unmodified, over https.

use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, failed, found, legacy_connection, node, user};

async fn people_log_in(sdk: &str) {
    let service = LegacyService::with_users(vec![user("1", "ann"), user("2", "bob")]);
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let login = |name: &str, password: &str| json!({"username": format!("{name}@example.com"), "password": password, "realm": "customers"});
    let right = login("ann", "ann's password");
    let logins = [
        &right,
        &right,
        &login("bob", "wrong"),
        &login("nobody", "wrong"),
    ];
    let lines = node(
        "login",
        sdk,
        &server,
        &site.credentials,
        &json!({"logins": logins}),
    );

    let steps: Vec<&str> = lines
        .iter()
        .map(|line| line["step"].as_str().unwrap())
        .collect();
    let one = ["login", "id_token", "userinfo"];
    assert_eq!(
        steps,
        [&one[..], &one, &["login", "login"]].concat(),
        "{lines:#?}"
    );
    for lines in [&lines[0..3], &lines[3..6]] {
        assert_eq!(found(lines, "login")["token_type"], "Bearer");
        let id = found(lines, "id_token");
        assert_eq!(id["iss"], format!("{}/", site.url));
        assert_eq!(id["aud"], site.credentials.client_id);
        assert_eq!(id["sub"], "auth0|1");
        assert_eq!(found(lines, "userinfo")["email"], "ann@example.com");
    }
    for line in &lines[6..] {
        let failed = failed(std::slice::from_ref(line), "login");
        assert_eq!(failed["statusCode"], 403);
        assert_eq!(failed["error"], "invalid_grant");
        assert_eq!(failed["description"], "Wrong email or password.");
    }
    assert_eq!(
        service.hits("/profile"),
        3,
        "one import, two wrong passwords"
    );
}

#[tokio::test]
async fn people_log_in_with_version_4() {
    people_log_in("auth0v4").await;
}

#[tokio::test]
async fn people_log_in_with_version_5() {
    people_log_in("auth0v5").await;
}

#[tokio::test]
async fn people_log_in_with_version_6() {
    people_log_in("auth0v6").await;
}

#[tokio::test]
async fn people_log_in_with_the_client_that_version_7_brings() {
    people_log_in("auth0v7").await;
}

/// Runs the script and asserts what all versions have in common.
async fn administrators_manage(script: &str, sdk: &str) -> Vec<Value> {
    let service = LegacyService::start();
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let other = json!({"name": "other", "strategy": "auth0"});
    manager.post("/connections", &other).await.with_status(201);
    let new = json!({"connection": "other", "email": "first@example.com", "password": "x"});
    manager.post("/users", &new).await.with_status(201);

    let mut connection = legacy_connection("customers", &service);
    connection["enabled_clients"] = json!([site.credentials.client_id]);
    let parameters = json!({
        "connection": connection,
        "options": {"brute_force_protection": true},
        "user": {
            "connection": "customers", "email": "new@example.com", "password": "a new password",
            "user_metadata": {"plan": "gold"},
        },
    });
    let lines = node(script, sdk, &server, &site.credentials, &parameters);

    let made = found(&lines, "create");
    let options = &made["options"];
    assert_eq!(
        options["customScripts"],
        connection["options"]["customScripts"]
    );
    assert_ne!(
        options["configuration"]["baseUrl"],
        service.url(),
        "ciphertext"
    );
    assert_eq!(found(&lines, "get"), made);
    let listed = found(&lines, "list").as_array().unwrap();
    let names: Vec<&Value> = listed.iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["other", "customers"]);

    let changed = &found(&lines, "update")["options"];
    assert_eq!(changed["brute_force_protection"], true);
    for kept in ["customScripts", "configuration", "import_mode"] {
        assert_eq!(changed[kept], options[kept], "{kept}");
    }
    let user = found(&lines, "create user");
    assert_eq!(user["email"], "new@example.com");
    assert_eq!(user["user_metadata"], json!({"plan": "gold"}));
    assert_eq!(found(&lines, "get user"), user);
    let users = found(&lines, "users").as_array().unwrap();
    assert_eq!((users.len(), &users[1]), (2, user));
    for search in ["search", "by email"] {
        assert_eq!(*found(&lines, search), json!([user]), "{search}");
    }
    assert_eq!(failed(&lines, "create user again")["statusCode"], 409);
    found(&lines, "delete");
    assert_eq!(failed(&lines, "get deleted")["statusCode"], 404);
    assert_eq!(failed(&lines, "get deleted user")["statusCode"], 404);
    lines
}

#[tokio::test]
async fn administrators_use_version_4() {
    let lines = administrators_manage("management-v4", "auth0v4").await;
    let totals = found(&lines, "list with totals");
    let counts = ["start", "limit", "length", "total"].map(|key| totals[key].as_u64().unwrap());
    assert_eq!(counts, [0, 1, 1, 2]);
    assert!(found(&lines, "list from a cursor")["next"].is_string());
    assert_eq!(
        found(&lines, "enabled clients")["clients"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(found(&lines, "users with totals")["total"], 2);
    let failed = failed(&lines, "get deleted");
    assert_eq!(failed["errorCode"], "inexistent_connection");
}

async fn administrators_use_a_generated_version(sdk: &str) {
    let lines = administrators_manage("management", sdk).await;
    assert_eq!(found(&lines, "list one by one"), found(&lines, "list"));
    assert_eq!(found(&lines, "users one by one"), found(&lines, "users"));
    assert_eq!(
        found(&lines, "enabled clients").as_array().unwrap().len(),
        1
    );
    assert_eq!(found(&lines, "search by metadata"), found(&lines, "search"));
    let client = found(&lines, "create client");
    assert!(client["client_secret"].is_string());
    let clients = found(&lines, "clients").as_array().unwrap();
    assert_eq!((clients.len(), &clients[1]), (2, found(&lines, "client")));
    let apis = found(&lines, "apis").as_array().unwrap();
    assert_eq!((apis.len(), &apis[1]), (2, found(&lines, "create api")));
    let grants = found(&lines, "client grants");
    assert_eq!(*grants, json!([found(&lines, "create client grant")]));
    let role = found(&lines, "create role");
    assert_eq!(*found(&lines, "roles of user"), json!([role]));
    let holders = found(&lines, "users with role");
    assert_eq!(
        holders[0]["user_id"],
        found(&lines, "create user")["user_id"]
    );
    let permission = &found(&lines, "permissions of user")[0];
    assert_eq!(permission["permission_name"], "read:x");
    assert_eq!(permission["sources"][0]["source_id"], role["id"]);
    found(&lines, "take role");
    let identities = found(&lines, "link");
    assert_eq!(identities[1]["user_id"], "second");
    assert_eq!(identities[1]["profileData"]["email"], "second@example.com");
    assert_eq!(failed(&lines, "get linked user")["statusCode"], 404);
    assert_eq!(found(&lines, "identities of user"), identities);
    assert_eq!(found(&lines, "unlink"), &json!([identities[0]]));
    let unlinked = found(&lines, "get unlinked user");
    assert_eq!(unlinked["email"], "second@example.com");
    assert_eq!(found(&lines, "tenant")["friendly_name"], "Acme");
    let logs = found(&lines, "logs").as_array().unwrap();
    assert!(!logs.is_empty() && logs.iter().all(|entry| entry["type"] == "seccft"));
    assert_eq!(found(&lines, "daily").as_array().unwrap().len(), 30);
    found(&lines, "delete user of address");
    assert_eq!(*found(&lines, "users of address"), json!([]));
    let body = &failed(&lines, "get deleted")["body"];
    assert_eq!(body["errorCode"], "inexistent_connection");
}

async fn administrators_use_an_old_version(sdk: &str) {
    let lines = administrators_manage("management-v3", sdk).await;
    let totals = found(&lines, "list with totals");
    assert_eq!(
        (&totals["total"], &totals["length"]),
        (&json!(2), &json!(1))
    );
    assert!(found(&lines, "create client")["client_secret"].is_string());
    let names = found(&lines, "clients").as_array().unwrap();
    assert!(names.contains(&json!({"name": "shop"})), "{names:?}");
    assert_eq!(
        found(&lines, "client")["callbacks"],
        json!(["https://shop.example"])
    );
    assert_eq!(found(&lines, "client grants").as_array().unwrap().len(), 1);
    assert_eq!(found(&lines, "tenant")["enabled_locales"], json!(["en"]));
    assert!(!found(&lines, "logs").as_array().unwrap().is_empty());
}

#[tokio::test]
async fn administrators_use_version_2() {
    administrators_use_an_old_version("auth0v2").await;
}

#[tokio::test]
async fn administrators_use_version_3() {
    administrators_use_an_old_version("auth0v3").await;
}

#[tokio::test]
async fn administrators_use_version_5() {
    administrators_use_a_generated_version("auth0v5").await;
}

#[tokio::test]
async fn administrators_use_version_6() {
    administrators_use_a_generated_version("auth0v6").await;
}

#[tokio::test]
async fn administrators_use_version_7() {
    administrators_use_a_generated_version("auth0v7").await;
}

#[tokio::test]
async fn http_2_is_spoken_too() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let lines = node("http2", "", &server, &site.credentials, &json!({}));
    assert_eq!(found(&lines, "protocol"), "h2");
    assert_eq!(
        found(&lines, "discovery")["issuer"],
        format!("{}/", site.url)
    );
}

/// Imports two users, of whom one is none, and exports the other.
async fn users_are_imported(script: &str, sdk: &str) {
    let service = LegacyService::start();
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let connection = manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    // `correct horse`, by MD5.
    let hash = json!({"value": "3cb4e732631f47e6eb961f34554b7cde", "encoding": "hex"});
    let parameters = json!({
        "connection_id": connection["id"],
        "user_id": "auth0|7",
        "users": [
            {"email": "eve@example.com", "user_id": "7", "custom_password_hash": {"algorithm": "md5", "hash": hash}},
            {"email": "nobody"},
        ],
    });
    let lines = node(script, sdk, &server, &site.credentials, &parameters);
    let made = found(&lines, "import");
    assert_eq!(
        (&made["type"], &made["external_id"]),
        (&json!("users_import"), &json!("mine"))
    );
    let job = found(&lines, "imported");
    assert_eq!(job["status"], "completed");
    let summary = json!({"failed": 1, "updated": 0, "inserted": 1, "total": 2});
    assert_eq!(job["summary"], summary);
    let errors = found(&lines, "errors");
    assert_eq!(errors[0]["errors"][0]["code"], "FORMAT");
    assert_eq!(errors[0]["user"]["email"], "nobody");
    assert_eq!(found(&lines, "export")["type"], "users_export");
    let location = found(&lines, "exported")["location"].as_str().unwrap();
    assert!(
        location.starts_with(&format!("{}/u/exports/", site.url)),
        "{location}"
    );
    assert_eq!(found(&lines, "verify")["type"], "verification_email");
    site.login("customers", "eve@example.com", "correct horse")
        .await
        .with_status(200);
    assert_eq!(service.hits("/profile"), 0, "the hash came along");
}

#[tokio::test]
async fn users_are_imported_with_version_4() {
    users_are_imported("jobs-v4", "auth0v4").await;
}

#[tokio::test]
async fn users_are_imported_with_version_5() {
    users_are_imported("jobs", "auth0v5").await;
}

#[tokio::test]
async fn users_are_imported_with_version_6() {
    users_are_imported("jobs", "auth0v6").await;
}

#[tokio::test]
async fn users_are_imported_with_version_7() {
    users_are_imported("jobs", "auth0v7").await;
}
