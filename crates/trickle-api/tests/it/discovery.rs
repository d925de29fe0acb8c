//! What is public.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
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
      "authorization_endpoint": "https://acme.trickle.test:8443/authorize",
      "authorization_response_iss_parameter_supported": true,
      "claims_supported": [
        "aud",
        "exp",
        "iat",
        "iss",
        "sub",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "name",
        "nickname",
        "picture",
        "given_name",
        "family_name",
        "updated_at"
      ],
      "code_challenge_methods_supported": [
        "S256"
      ],
      "end_session_endpoint": "https://acme.trickle.test:8443/oidc/logout",
      "grant_types_supported": [
        "authorization_code",
        "implicit",
        "refresh_token",
        "client_credentials",
        "password",
        "http://auth0.com/oauth/grant-type/password-realm",
        "http://auth0.com/oauth/grant-type/mfa-otp"
      ],
      "id_token_signing_alg_values_supported": [
        "HS256",
        "RS256",
        "RS512",
        "PS256"
      ],
      "issuer": "https://acme.trickle.test:8443/",
      "jwks_uri": "https://acme.trickle.test:8443/.well-known/jwks.json",
      "mfa_challenge_endpoint": "https://acme.trickle.test:8443/mfa/challenge",
      "request_parameter_supported": false,
      "request_uri_parameter_supported": false,
      "response_modes_supported": [
        "query",
        "fragment",
        "form_post"
      ],
      "response_types_supported": [
        "code",
        "token",
        "id_token",
        "code token",
        "code id_token",
        "token id_token",
        "code token id_token"
      ],
      "revocation_endpoint": "https://acme.trickle.test:8443/oauth/revoke",
      "scopes_supported": [
        "openid",
        "profile",
        "email",
        "phone",
        "offline_access"
      ],
      "subject_types_supported": [
        "public"
      ],
      "token_endpoint": "https://acme.trickle.test:8443/oauth/token",
      "token_endpoint_auth_methods_supported": [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none"
      ],
      "token_endpoint_auth_signing_alg_values_supported": [
        "RS256",
        "RS384",
        "PS256"
      ],
      "userinfo_endpoint": "https://acme.trickle.test:8443/userinfo"
    }
    "#);
    let metadata = app.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(metadata.body, answer.body);
    let urls = answer.body.as_object().unwrap().iter();
    let urls = urls.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    let mut count = 0;
    for (name, url) in urls {
        let url = url.as_str().unwrap();
        let path = url.strip_prefix("https://acme.trickle.test:8443").unwrap();
        assert_ne!(app.get(path).await.status, StatusCode::NOT_FOUND, "{name}");
        count += 1;
    }
    assert_eq!(count, 7);
}

#[tokio::test]
async fn what_is_not_served_says_so() {
    let app = TestApp::new().await;
    for path in [
        "/anonymous/token",
        "/bc-authorize",
        "/delegation",
        "/oauth/device/code",
        "/oauth/par",
        "/oidc/register",
        "/otp/challenge",
        "/passkey/challenge",
        "/passkey/register",
        "/passwordless/challenge",
        "/passwordless/start",
        "/passwordless/verify",
        "/tokeninfo",
        "/user/ssodata",
        "/usernamepassword/login",
    ] {
        let posted = app.post(path, json!({"client_id": "x"})).await;
        for answer in [posted, app.get(path).await] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.body["error"], "not_found");
            let told = answer.body["error_description"].as_str().unwrap();
            assert!(told.starts_with(&format!("{path} is not served")), "{told}");
        }
    }
    let one = axum::http::Request::delete("/mfa/authenticators/totp%7Cdev_1");
    let answer = app.send(one, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.body["error"], "not_found");
}

#[tokio::test]
async fn keys_are_public_halves_only() {
    let app = TestApp::new().await;
    let mut answer = app.get("/.well-known/jwks.json").await.body;
    let key = &mut answer["keys"][0];
    assert_eq!(key["n"].as_str().unwrap().len(), 342);
    assert_eq!(key["kid"].as_str().unwrap().len(), 43);
    assert_eq!(key["x5t"].as_str().unwrap().len(), 27);
    assert!(key["x5c"][0].as_str().unwrap().starts_with("MII"));
    for name in ["n", "kid", "x5t", "x5c"] {
        key[name] = "[checked]".into();
    }
    assert_json_snapshot!(answer, @r#"
    {
      "keys": [
        {
          "alg": "RS256",
          "e": "AQAB",
          "kid": "[checked]",
          "kty": "RSA",
          "n": "[checked]",
          "use": "sig",
          "x5c": "[checked]",
          "x5t": "[checked]"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn keys_are_for_all_pages_and_the_management_api_for_none() {
    let app = TestApp::new().await;
    let keys = Request::get("/.well-known/jwks.json").header(header::ORIGIN, "https://shop.test");
    let answer = app.send(keys, None).await;
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
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
    let jail = json!({"full": true});
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

#[tokio::test]
async fn what_the_jail_lacks_is_for_the_own_network() {
    let app = TestApp::new().await;
    let ready = async |peer: &str| {
        let peer: SocketAddr = peer.parse().unwrap();
        let request = Request::get("/readyz").extension(ConnectInfo(peer));
        app.send(request, None).await.body["jail"].clone()
    };
    for peer in [
        "127.0.0.1:1",
        "10.9.9.9:1",
        "[::ffff:10.9.9.9]:1",
        "[fd00::1]:1",
    ] {
        assert_eq!(
            ready(peer).await,
            json!({"full": true, "missing": []}),
            "{peer}"
        );
    }
    for peer in ["192.0.2.1:1", "[2600::1]:1"] {
        assert_eq!(ready(peer).await, json!({"full": true}), "{peer}");
    }
}
