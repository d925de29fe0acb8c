//! `token_dialect` of APIs.

use axum::http::{Request, StatusCode};
use jsonwebtoken::decode_header;
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::{
    app::{Actor, Answer, Application, HOST, PASSWORD, TestApp},
    token_password::verified,
};

const SHOP: &str = "https://shop/";

async fn shop(admin: &Actor<'_>, dialect: &str) {
    let scopes = json!([{"value": "read:carts"}, {"value": "write:carts"}]);
    let api = json!({"identifier": SHOP, "token_dialect": dialect, "scopes": scopes});
    let made = admin.post("/api/v2/resource-servers", api).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["token_dialect"], dialect);
}

async fn for_program(app: &TestApp, application: &Application, more: Value) -> Answer {
    let mut body = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": SHOP,
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post("/oauth/token", body).await
}

/// The header's type, and the claims.
async fn read(app: &TestApp, answer: &Answer) -> (String, Value) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = answer.body["access_token"].as_str().unwrap();
    let kind = decode_header(token).unwrap().typ.unwrap();
    (kind, verified(app, token, SHOP).await)
}

#[tokio::test]
async fn programs_get_tokens_in_the_dialect_of_the_api() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    shop(&admin, "rfc9068_profile").await;
    let scope = ["read:carts", "write:carts"];
    let grant = json!({"client_id": application.id(), "audience": SHOP, "scope": scope});
    admin.post("/api/v2/client-grants", grant).await;

    let (kind, first) = read(&app, &for_program(&app, &application, json!({})).await).await;
    assert_eq!(kind, "at+jwt");
    assert_eq!(first["client_id"], application.id());
    assert_eq!(first["scope"], "read:carts write:carts");
    for name in ["azp", "gty", "permissions"] {
        assert_eq!(first[name], Value::Null, "{name}");
    }
    let (_, second) = read(&app, &for_program(&app, &application, json!({})).await).await;
    assert_eq!(first["jti"].as_str().unwrap().len(), 22);
    assert_ne!(first["jti"], second["jti"]);

    let path = "/api/v2/resource-servers/https%3A%2F%2Fshop%2F";
    let change = json!({"token_dialect": "access_token_authz"});
    admin.patch(path, change).await;
    let some = json!({"scope": "read:carts"});
    let (kind, claims) = read(&app, &for_program(&app, &application, some).await).await;
    assert_eq!(kind, "JWT");
    assert_eq!(claims["azp"], application.id());
    assert_eq!(claims["gty"], "client-credentials");
    assert_eq!(claims["permissions"], json!(["read:carts"]));
    assert_eq!(claims["jti"], Value::Null);
}

#[tokio::test]
async fn people_get_them_too_and_userinfo_takes_them() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    shop(&admin, "rfc9068_profile_authz").await;
    let mut login = application.password_realm("legacy", PASSWORD);
    login["audience"] = SHOP.into();
    login["scope"] = "openid email read:carts".into();
    let answer = app.post("/oauth/token", login).await;
    let (kind, claims) = read(&app, &answer).await;
    assert_eq!(kind, "at+jwt");
    assert_eq!(
        claims["aud"],
        json!([SHOP, format!("https://{HOST}/userinfo")])
    );
    assert_eq!(claims["permissions"], json!([]));
    assert_eq!(claims["scope"], "openid email read:carts");
    let id = answer.body["id_token"].as_str().unwrap();
    assert_eq!(decode_header(id).unwrap().typ.unwrap(), "JWT");
    let token = answer.body["access_token"].as_str().unwrap();
    let request = Request::get("/userinfo").header("authorization", format!("Bearer {token}"));
    let info = app.send(request, None).await;
    assert_eq!(info.body["email"], "ada@example.com");
}
