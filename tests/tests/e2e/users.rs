//! `/api/v2/users` over https.

use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, Manager, Site, jane, legacy_connection, user};

async fn migrate(site: &Site, names: &[&str]) -> Manager {
    for name in names {
        let email = format!("{name}@example.com");
        let login = site
            .login("customers", &email, &format!("{name}'s password"))
            .await;
        login.with_status(200);
    }
    site.manager().await
}

#[tokio::test]
async fn users_are_listed_read_and_found_by_address() {
    let service =
        LegacyService::with_users(vec![user("1", "ann"), user("2", "bob"), user("3", "eve")]);
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    migrate(&site, &["ann", "bob", "eve"]).await;

    let users = manager.users().await;
    assert_eq!(users.len(), 3);
    let totals = manager
        .get("/users?page=1&per_page=2&include_totals=true")
        .await;
    let totals = totals.with_status(200);
    let counts = ["start", "limit", "length", "total"].map(|key| totals[key].as_u64().unwrap());
    assert_eq!(counts, [2, 2, 1, 3]);
    assert_eq!(totals["users"][0], users[2]);

    let bob = manager.get("/users/auth0%7C2").await.with_status(200);
    assert_eq!(bob["email"], "bob@example.com");
    assert_eq!(manager.get("/users/auth0|2").await.with_status(200), bob);
    let found = manager.get("/users-by-email?email=bob%40example.com").await;
    assert_eq!(found.with_status(200), json!([bob]));
    let found = manager
        .get("/users?q=email:%22bob@example.com%22&search_engine=v3")
        .await;
    assert_eq!(found.with_status(200), json!([bob]));
    let nobody = manager
        .get("/users-by-email?email=nobody@example.com")
        .await;
    assert_eq!(nobody.with_status(200), json!([]));
    let nobody = manager.get("/users/auth0%7C9").await.with_status(404);
    assert_eq!(nobody["errorCode"], "inexistent_user");
    assert_eq!(
        service.hits("/users-by-email"),
        0,
        "reading asks no legacy store"
    );
}

#[tokio::test]
async fn a_created_user_logs_in_natively() {
    let service = LegacyService::start();
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let new = json!({
        "connection": "customers", "email": "New@Example.com", "password": "a new password",
        "email_verified": true, "user_metadata": {"plan": "gold"}, "verify_email": false,
    });
    let made = manager.post("/users", &new).await.with_status(201);
    assert_eq!(made["email"], "new@example.com");
    assert_eq!(made["user_metadata"], json!({"plan": "gold"}));
    assert!(made.get("password").is_none());
    let login = site
        .login("customers", "new@example.com", "a new password")
        .await;
    login.with_status(200);
    assert_eq!(service.hits("/profile"), 0);

    let again = manager.post("/users", &new).await.with_status(409);
    assert_eq!(again["message"], "The user already exists.");
    let legacy = json!({"connection": "customers", "email": jane().email, "password": "x"});
    manager.post("/users", &legacy).await.with_status(409);
    assert_eq!(
        service.hits("/users-by-email"),
        2,
        "a native user is enough to refuse"
    );
    let nowhere = json!({"connection": "nowhere", "email": "a@b.c", "password": "x"});
    manager.post("/users", &nowhere).await.with_status(400);
    assert_eq!(manager.users().await.len(), 1);
}

#[tokio::test]
async fn nobody_and_the_wrong_somebody_see_nothing() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    for path in [
        "/api/v2/users",
        "/api/v2/connections",
        "/api/v2/users-by-email?email=a",
    ] {
        let answer: Value = site.get(path).await.with_status(401);
        assert_eq!(answer["message"], "Missing authentication");
    }
    let answer = site.manager_with("a.b.c").get("/users").await;
    assert_eq!(answer.with_status(401)["message"], "Invalid token");
}
