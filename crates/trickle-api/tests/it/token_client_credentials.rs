//! `POST /oauth/token` for programs.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use trickle_model::{ClientGrant, Grant};

use crate::{
    app::{Application, HOST, TestApp},
    token_password::verified,
};

fn body(application: &Application, audience: &str) -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": application.id(),
        "client_secret": application.secret.expose(),
        "audience": audience,
        "organization": null,
        "scope": "",
    })
}

#[tokio::test]
async fn a_program_gets_its_scopes_and_no_id_token() {
    let app = TestApp::new().await;
    let scopes = ["read:users", "read:connections"];
    let application = app.application(&[Grant::ClientCredentials], &scopes).await;
    let audience = format!("https://{HOST}/api/v2/");
    // Some clients leave the slash out.
    let answer = app
        .post(
            "/oauth/token",
            body(&application, audience.trim_end_matches('/')),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "access_token": "[jwt]",
      "expires_in": 86400,
      "scope": "read:users read:connections",
      "token_type": "Bearer"
    }
    "#);
    let token = answer.body["access_token"].as_str().unwrap();
    let mut claims = verified(&app, token, &audience).await;
    assert_eq!(claims["sub"], format!("{}@clients", application.id()));
    for name in ["exp", "iat", "azp", "sub"] {
        claims[name] = "[checked]".into();
    }
    assert_json_snapshot!(claims, @r#"
    {
      "aud": "https://acme.trickle.test:8443/api/v2/",
      "azp": "[checked]",
      "exp": "[checked]",
      "gty": "client-credentials",
      "iat": "[checked]",
      "iss": "https://acme.trickle.test:8443/",
      "scope": "read:users read:connections",
      "sub": "[checked]"
    }
    "#);

    let mut fewer = body(&application, &audience);
    // There is nothing here for the first two.
    fewer["scope"] = json!("openid read:users_app_metadata read:users");
    let answer = app.post("/oauth/token", fewer.clone()).await;
    assert_eq!(answer.body["scope"], "read:users");
    assert!(answer.body.get("id_token").is_none());

    fewer["scope"] = json!("openid read:users delete:users");
    let answer = app.post("/oauth/token", fewer).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "access_denied",
      "error_description": "Client has not been granted scopes: delete:users"
    }
    "#);
}

#[tokio::test]
async fn audiences_must_be_granted() {
    let app = TestApp::new().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let grant = ClientGrant {
        id: "cgr_1".into(),
        settings: serde_json::Map::new(),
        holder: application.client.id.clone().into(),
        audience: "https://shop/".into(),
        scopes: vec!["read:carts".into()],
    };
    app.store
        .add_client_grant(&app.tenant.id, &grant)
        .await
        .unwrap();
    let answer = app
        .post("/oauth/token", body(&application, "https://shop/"))
        .await;
    assert_eq!(answer.body["scope"], "read:carts");
    let answer = app
        .post("/oauth/token", body(&application, "https://bank/"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "access_denied",
      "error_description": "Service not found: https://bank/"
    }
    "#);
    let vault = json!({"identifier": "https://vault/"});
    let admin = app.admin().await;
    let made = admin.post("/api/v2/resource-servers", vault).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let answer = app
        .post("/oauth/token", body(&application, "https://vault/"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "access_denied",
      "error_description": "Client is not authorized to access \"https://vault/\". You need to create a \"client-grant\" associated to this API."
    }
    "#);
    let management = format!("https://{HOST}/api/v2/");
    let answer = app
        .post("/oauth/token", body(&application, &management))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "access_denied",
      "error_description": "Client is not authorized to access \"https://acme.trickle.test:8443/api/v2/\". You need to create a \"client-grant\" associated to this API."
    }
    "#);
    let answer = app.post("/oauth/token", body(&application, "")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "invalid_request",
      "error_description": "Missing required parameter: audience"
    }
    "#);
    // The stored name of the Management API is no way in.
    let answer = app
        .post("/oauth/token", body(&application, "urn:trickle:management"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn tokens_live_as_long_as_their_api_says() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let servers = "/api/v2/resource-servers";
    let api = json!({"identifier": "https://shop/", "token_lifetime": 300});
    let made = admin.post(servers, api).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let grant = json!({"client_id": application.id(), "audience": "https://shop/", "scope": []});
    let granted = admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(granted.status, StatusCode::CREATED, "{}", granted.body);
    let answer = app
        .post("/oauth/token", body(&application, "https://shop/"))
        .await;
    assert_eq!(answer.body["expires_in"], 300);
    let token = answer.body["access_token"].as_str().unwrap();
    let claims = verified(&app, token, "https://shop/").await;
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 300);

    let one = format!("{servers}/{}", made.body["id"].as_str().unwrap());
    for (wrong, said) in [
        (
            json!({"signing_alg": "HS256"}),
            "access tokens are signed with RS256 only",
        ),
        (
            json!({"token_dialect": "opaque"}),
            "Expected one of access_token, access_token_authz, rfc9068_profile, rfc9068_profile_authz",
        ),
        (
            json!({"token_lifetime": -1}),
            "Expected 1 to 2592000 seconds",
        ),
        (
            json!({"token_lifetime_for_web": 2_592_001}),
            "Expected 1 to 2592000 seconds",
        ),
    ] {
        let refused = admin.patch(&one, wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
}

#[tokio::test]
async fn exchanges_are_logged() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app
        .application(&[Grant::ClientCredentials], &["read:users"])
        .await;
    let mut wrong = body(&application, "x");
    wrong["client_secret"] = json!("wrong");
    app.post("/oauth/token", wrong).await;
    let log = admin
        .get("/api/v2/logs?per_page=2&fields=type,description,client_name")
        .await;
    assert_json_snapshot!(log.body, @r#"
    [
      {
        "client_name": "an application",
        "description": "Client authentication failed",
        "type": "feccft"
      },
      {
        "client_name": "an application",
        "description": "Client credentials exchanged for an access token",
        "type": "seccft"
      }
    ]
    "#);
}
