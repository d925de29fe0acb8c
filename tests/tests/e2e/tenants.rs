//! Two tenants of one server, told apart by host name.

use serde_json::{Value, json};
use trickle_testkit::http::{LegacyService, LegacyUser};

use crate::harness::{Install, Server, Site, jane, legacy_connection};

/// Two tenants whose legacy stores both have a user 42 with Jane's address.
struct Two {
    a: Site,
    b: Site,
    _stores: [LegacyService; 2],
    server: Server,
    _install: Install,
}

impl Two {
    async fn start() -> Self {
        let install = Install::new()
            .with_local_net()
            .with(&["--base-domain", "trickle.test"]);
        let stores = ["password of a", "password of b"].map(|password| {
            let password = password.to_owned();
            LegacyService::with_users(vec![LegacyUser { password, ..jane() }])
        });
        let server = install.start();
        let [a, b] = ["a", "b"].map(|name| {
            let credentials = install.tenant(name);
            server.site_at(&format!("{name}.trickle.test"), credentials)
        });
        for (site, store) in [&a, &b].into_iter().zip(&stores) {
            let connection = legacy_connection("customers", store);
            site.manager().await.add_connection(connection).await;
        }
        Self {
            a,
            b,
            _stores: stores,
            server,
            _install: install,
        }
    }
}

async fn login(site: &Site, password: &str) -> crate::harness::Answer {
    site.login("customers", "jane@example.com", password).await
}

#[tokio::test]
async fn the_same_person_in_two_tenants_is_two_users() {
    let two = Two::start().await;
    login(&two.a, "password of b").await.with_status(403);
    login(&two.a, "password of a").await.with_status(200);
    assert_eq!(two.a.manager().await.users().await.len(), 1);
    assert_eq!(two.b.manager().await.users().await, Vec::<Value>::new());
    login(&two.b, "password of a").await.with_status(403);
    login(&two.b, "password of b").await.with_status(200);
    login(&two.a, "password of b").await.with_status(403);
    login(&two.a, "password of a").await.with_status(200);
    let users = two.b.manager().await.users().await;
    assert_eq!(users.len(), 1);
    assert_eq!(users[0]["logins_count"], 1);
}

#[tokio::test]
async fn nothing_of_one_tenant_is_seen_by_the_other() {
    let two = Two::start().await;
    login(&two.a, "password of a").await.with_status(200);
    let (a, b) = (two.a.manager().await, two.b.manager().await);
    let only = json!({"name": "only-a", "strategy": "auth0"});
    let only = a.post("/connections", &only).await.with_status(201);
    let path = format!("/connections/{}", only["id"].as_str().unwrap());
    b.get(&path).await.with_status(404);
    b.patch(&path, &json!({"display_name": "x"}))
        .await
        .with_status(404);
    b.delete(&path).await.with_status(404);
    b.get(&format!("{path}/clients")).await.with_status(404);
    b.get(&format!("{path}/status")).await.with_status(404);
    assert_eq!(
        b.get("/connections?name=only-a").await.with_status(200),
        json!([])
    );
    b.get("/users/auth0%7C42").await.with_status(404);
    let found = b.get("/users-by-email?email=jane@example.com").await;
    assert_eq!(found.with_status(200), json!([]));
    let login = two.b.login("only-a", "jane@example.com", "x").await;
    assert_eq!(
        login.with_status(400)["error_description"],
        "the connection was not found"
    );
    let logins = b.get("/logs?per_page=100").await.with_status(200);
    let of_users = logins
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["user_name"].is_string());
    assert_eq!(
        of_users
            .filter(|one| one["user_name"] == "jane@example.com")
            .count(),
        0
    );
    a.get(&path).await.with_status(200);
    b.post(
        "/connections",
        &json!({"name": "only-a", "strategy": "auth0"}),
    )
    .await
    .with_status(201);
}

#[tokio::test]
async fn clients_and_tokens_of_one_are_worth_nothing_to_the_other() {
    let two = Two::start().await;
    let person = login(&two.a, "password of a").await;
    let token_of_a = two.a.manager().await.token;

    let foreign = two.b.manager_with(&token_of_a).get("/users").await;
    foreign.with_status(401);
    let mut stranger = two.b.clone();
    stranger.credentials = two.a.credentials.clone();
    let body = json!({"grant_type": "client_credentials", "audience": two.b.audience()});
    let refused = stranger.token_as_client(body).await.with_status(401);
    assert_eq!(refused["error"], "invalid_client");
    login(&stranger, "password of b").await.with_status(401);
    let body = json!({"grant_type": "client_credentials", "audience": two.b.audience()});
    two.a.token_as_client(body).await.with_status(403);

    let userinfo = |site: &Site| {
        let request = site.request(reqwest::Method::GET, "/userinfo");
        request.bearer_auth(person.text_of("access_token")).send()
    };
    assert_eq!(userinfo(&two.a).await.unwrap().status(), 200);
    assert_eq!(userinfo(&two.b).await.unwrap().status(), 401);

    let keys = async |site: &Site| site.get("/.well-known/jwks.json").await.with_status(200);
    assert_ne!(keys(&two.a).await, keys(&two.b).await);
}

#[tokio::test]
async fn a_host_name_without_tenant_is_nobody() {
    let two = Two::start().await;
    let nobody = two
        .server
        .site_at("nobody.trickle.test", two.a.credentials.clone());
    let body = json!({"grant_type": "client_credentials", "audience": nobody.audience()});
    nobody.token_as_client(body).await.with_status(404);
    let discovery = two.a.get("/.well-known/openid-configuration").await;
    assert_eq!(discovery.text_of("issuer"), format!("{}/", two.a.url));
}

#[tokio::test]
async fn a_tenant_has_host_names_of_its_own() {
    let install = Install::new().with(&["--tls-name", "login.acme.test"]);
    let domain = ["tenant", "create", "acme", "--domain", "login.acme.test"];
    install.run(&domain).with_code(0);
    let client = install.client("acme");
    let server = install.start();
    let manager = server
        .site_at("login.acme.test", client.clone())
        .manager()
        .await;
    manager.get("/connections").await.with_status(200);
    let body = json!({"grant_type": "client_credentials", "audience": "x"});
    let elsewhere = server
        .site_at("localhost", client)
        .token_as_client(body)
        .await;
    elsewhere.with_status(401);
}

#[tokio::test]
async fn pages_of_the_first_tenant_have_a_name_once_it_gives_itself_one() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let page = async || {
        let answer = site.get("/u/reset-password?ticket=none").await;
        assert_eq!(answer.status, 410, "{}", answer.text);
        answer.text
    };
    let nameless = page().await;
    assert!(
        nameless.contains("<title>This link does not work any more</title>")
            && !nameless.contains("class=\"tenant\""),
        "{nameless}"
    );
    let settings = json!({"friendly_name": "Acme & Sons"});
    let manager = site.manager().await;
    let changed = manager.patch("/tenants/settings", &settings).await;
    changed.with_status(200);
    let named = page().await;
    for part in [
        "<title>This link does not work any more · Acme &amp; Sons</title>",
        "<p class=\"tenant\">Acme &amp; Sons</p>",
    ] {
        assert!(named.contains(part), "{part}: {named}");
    }
}
