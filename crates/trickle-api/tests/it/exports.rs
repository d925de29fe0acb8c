//! What tenants have that were exported elsewhere.

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::{
    app::TestApp,
    kept::{id, items},
};

#[tokio::test]
async fn connections_leave_what_was_their_tenants() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for strategy in ["auth0", "waad"] {
        let brought = json!({
            "name": strategy, "strategy": strategy, "id": "con_AAAAAAAAAAAAAAAA", "provisioning_ticket": "t",
            "provisioning_ticket_url": "https://acme.auth0.com/p/waad/t",
        });
        let made = admin.post("/api/v2/connections", brought).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_ne!(id(&made.body), "con_AAAAAAAAAAAAAAAA");
        assert_eq!(made.body.get("provisioning_ticket_url"), None);
        let one = format!("/api/v2/connections/{}", id(&made.body));
        let again = json!({"provisioning_ticket_url": "https://acme.auth0.com/p/waad/t", "display_name": "A"});
        let again = admin.patch(&one, again).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.body);
        let other = admin.patch(&one, json!({"id": "con_B"})).await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn empty_secrets_are_none() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let options = json!({"client_id": "", "client_secret": "", "scope": ["email"]});
    let google =
        json!({"name": "google-oauth2", "strategy": "google-oauth2", "options": options.clone()});
    let made = admin.post("/api/v2/connections", google).await;
    assert_eq!(made.body["options"], options);
}

#[tokio::test]
async fn a_client_that_is_gone_is_in_no_connection() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let make = async |name: &str| {
        let made = admin.post("/api/v2/clients", json!({"name": name})).await;
        made.body["client_id"].as_str().unwrap().to_owned()
    };
    let (stays, goes) = (make("a").await, make("b").await);
    let saml = json!({"name": "saml", "strategy": "samlp", "enabled_clients": [stays, goes]});
    let saml = admin.post("/api/v2/connections", saml).await.body;
    let gone = admin.delete(&format!("/api/v2/clients/{goes}")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let clients = format!("/api/v2/connections/{}/clients", id(&saml));
    let left = admin.get(&clients).await.body;
    assert_eq!(left, json!({"clients": [{"client_id": stays}]}));
}

#[tokio::test]
async fn grants_for_the_api_of_the_tenant_before_give_nothing() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let there = "https://acme.eu.auth0.com/api/v2/";
    let grant = json!({
        "client_id": application.id(), "audience": there, "scope": ["read:users"], "id": "cgr_A",
    });
    let made = admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["audience"], there);
    assert_ne!(made.body["id"], "cgr_A");
    let log = admin.get("/api/v2/logs?per_page=1&fields=type,description");
    let expected = json!([{
        "type": "w",
        "description": format!("A grant for {there} gives no tokens: that Management API is elsewhere"),
    }]);
    assert_eq!(log.await.body, expected);
    let token = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": there,
    });
    let refused = app.post("/oauth/token", token).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);

    let elsewhere = json!({
        "client_id": application.id(), "audience": "https://acme.example/api/v3/", "scope": [],
    });
    let refused = admin.post("/api/v2/client-grants", elsewhere).await;
    assert_eq!(refused.body["errorCode"], "inexistent_resource_server");
}

#[tokio::test]
async fn pages_of_the_tenant_are_long() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = "/api/v2/tenants/settings";
    let page = |letter: &str| json!({"enabled": true, "html": letter.repeat(100 << 10)});
    let pages = json!({
        "change_password": page("a"), "guardian_mfa_page": page("b"), "error_page": {"html": "", "show_log_link": false},
    });
    let set = admin.patch(path, pages.clone()).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body["message"]);
    for shown in [set.body, admin.get(path).await.body] {
        for (name, page) in pages.as_object().unwrap() {
            assert_eq!(&shown[name], page, "{name}");
        }
    }
    let other = json!({"friendly_name": "Acme", "error_page": null});
    let changed = admin.patch(path, other).await.body;
    assert_eq!(changed.get("error_page"), None);
    assert_eq!(changed["change_password"], pages["change_password"]);
    assert_eq!(changed["friendly_name"], "Acme");
    let long = json!({"friendly_name": "x".repeat(100 << 10), "change_password": null});
    assert!(admin.patch(path, long).await.status.is_client_error());
    let longer = json!({"friendly_name": "Other", "error_page": {"html": "x".repeat(1 << 20)}});
    assert!(admin.patch(path, longer).await.status.is_client_error());
    let kept = admin.get(path).await.body;
    assert_eq!(kept["change_password"], pages["change_password"]);
    assert_eq!(kept["friendly_name"], "Acme");
}

#[tokio::test]
async fn settings_of_rules_have_odd_names() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let set = admin
        .put("/api/v2/rules-configs/A@b*+:_-", json!({"value": "x"}))
        .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    let listed: Value = admin.get("/api/v2/rules-configs").await.body;
    assert_eq!(items(&listed), [json!({"key": "A@b*+:_-"})]);
}
