//! What is public.

use axum::http::{Method, Request, StatusCode, header};
use insta::assert_json_snapshot;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn discovery_names_what_is_served() {
    let app = TestApp::new().await;
    let answer = app.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_json_snapshot!(answer.body, @r#"
    {
      "claims_supported": [
        "aud",
        "exp",
        "iat",
        "iss",
        "sub",
        "email",
        "email_verified",
        "name",
        "nickname",
        "picture",
        "given_name",
        "family_name",
        "updated_at"
      ],
      "grant_types_supported": [
        "client_credentials",
        "password",
        "http://auth0.com/oauth/grant-type/password-realm"
      ],
      "id_token_signing_alg_values_supported": [
        "RS256"
      ],
      "issuer": "https://acme.trickle.test:8443/",
      "jwks_uri": "https://acme.trickle.test:8443/.well-known/jwks.json",
      "request_parameter_supported": false,
      "request_uri_parameter_supported": false,
      "response_types_supported": [],
      "scopes_supported": [
        "openid",
        "profile",
        "email"
      ],
      "subject_types_supported": [
        "public"
      ],
      "token_endpoint": "https://acme.trickle.test:8443/oauth/token",
      "token_endpoint_auth_methods_supported": [
        "client_secret_basic",
        "client_secret_post"
      ],
      "userinfo_endpoint": "https://acme.trickle.test:8443/userinfo"
    }
    "#);
    for name in ["userinfo_endpoint", "jwks_uri"] {
        let url = answer.body[name].as_str().unwrap();
        let path = url.strip_prefix("https://acme.trickle.test:8443").unwrap();
        assert_ne!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn keys_are_public_halves_only() {
    let app = TestApp::new().await;
    let mut answer = app.get("/.well-known/jwks.json").await.body;
    let key = &mut answer["keys"][0];
    assert_eq!(key["n"].as_str().unwrap().len(), 342);
    assert_eq!(key["kid"].as_str().unwrap().len(), 43);
    key["n"] = "[checked]".into();
    key["kid"] = "[checked]".into();
    assert_json_snapshot!(answer, @r#"
    {
      "keys": [
        {
          "alg": "RS256",
          "e": "AQAB",
          "kid": "[checked]",
          "kty": "RSA",
          "n": "[checked]",
          "use": "sig"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn browsers_may_ask_from_elsewhere() {
    let app = TestApp::new().await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/oauth/token")
        .header(header::ORIGIN, "https://shop.test")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "auth0-client,content-type",
        );
    let answer = app.send(request, None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
        "https://shop.test"
    );
    let headers = answer.headers[header::ACCESS_CONTROL_ALLOW_HEADERS]
        .to_str()
        .unwrap();
    assert!(
        headers.contains("auth0-client") && headers.contains("content-type"),
        "{headers}"
    );
    let management = Request::get("/api/v2/users").header(header::ORIGIN, "https://shop.test");
    let answer = app.send(management, None).await;
    assert!(
        !answer
            .headers
            .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    );
}

#[tokio::test]
async fn health_needs_no_tenant() {
    let app = TestApp::new().await;
    let jail = json!({"full": true, "missing": []});
    for (path, body) in [
        ("/healthz", json!({"status": "ok"})),
        ("/readyz", json!({"status": "ok", "jail": jail})),
    ] {
        let request = Request::get(path).header(header::HOST, "10.0.0.1");
        let answer = app.send(request, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body, body);
    }
}
