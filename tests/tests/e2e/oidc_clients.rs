//! Applications with published OpenID Connect clients, and auth0-js in a browser.

use std::path::PathBuf;

use serde_json::{Value, json};
use trickle_testkit::{ca::TestCa, chromium::chromium, http::LegacyService, wait_for_async};

use crate::harness::{Install, LIMIT, Manager, failure, found, legacy_connection, node, user};

/// Runs a client's script for Ann, whom only the legacy service knows.
async fn run(script: &str, more: Value) -> (Vec<Value>, String) {
    run_with(script, "", more).await
}

/// The same with a version of the SDK.
async fn run_with(script: &str, sdk: &str, more: Value) -> (Vec<Value>, String) {
    run_and_look(script, sdk, more, async |_| {}).await
}

/// The same, and a look at the server afterwards.
async fn run_and_look(
    script: &str,
    sdk: &str,
    more: Value,
    look: impl AsyncFnOnce(Manager),
) -> (Vec<Value>, String) {
    let service = LegacyService::with_users(vec![user("1", "ann")]);
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let made = manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let mut parameters = json!({
        "connection": made["id"], "connectionName": "customers",
        "username": "ann@example.com", "password": "ann's password",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        parameters[name] = value.clone();
    }
    let lines = node(script, sdk, &server, &site.credentials, &parameters);
    let hits = service.hits("/profile");
    assert!(hits >= 1, "the first login imports");
    look(manager).await;
    (lines, format!("{}/", site.url))
}

#[tokio::test]
async fn openid_client_logs_in_refreshes_and_logs_out() {
    let (lines, issuer) = run("openid-client", Value::Null).await;
    let claims = found(&lines, "claims");
    assert_eq!(
        (&claims["sub"], &claims["iss"]),
        (&json!("auth0|1"), &json!(issuer))
    );
    assert!(claims["auth_time"].is_i64());
    assert_eq!(found(&lines, "userinfo")["email"], "ann@example.com");
    let first = &found(&lines, "code")["refresh_token"];
    assert_ne!(&found(&lines, "refresh")["refresh_token"], first);
    assert!(found(&lines, "silent")["id_token"].is_string());
    found(&lines, "revoke");
    assert!(failure(&lines, "refresh after revocation").contains("invalid_grant"));
    assert_eq!(found(&lines, "logout"), "https://app.example/out?state=bye");
    assert!(failure(&lines, "silent after logout").contains("login_required"));
    assert!(found(&lines, "code with a key")["access_token"].is_string());
    assert!(found(&lines, "refresh with a key")["access_token"].is_string());
    assert_eq!(found(&lines, "code with HS256")["sub"], "auth0|1");
}

#[tokio::test]
async fn oauth4webapi_needs_no_secret() {
    let (lines, issuer) = run("oauth4webapi", Value::Null).await;
    assert_eq!(found(&lines, "discovery")["issuer"], issuer);
    assert_eq!(found(&lines, "userinfo")["sub"], "auth0|1");
    let next = &found(&lines, "refresh")["refresh_token"];
    assert_ne!(next, &found(&lines, "code")["refresh_token"]);
    assert_eq!(found(&lines, "the code again"), 403);
    assert!(failure(&lines, "refresh after the code came twice").contains("invalid_grant"));
}

#[tokio::test]
async fn auth0_js_logs_people_in_from_a_page_of_its_own() {
    let shots = std::env::var_os("TRICKLE_SCREENSHOTS").map(PathBuf::from);
    let (tenant, application) = ("login.acme.example", "app.acme.example");
    let (certificate, key) = TestCa::new().issue(&[application, "stranger.example"]);
    let more = json!({
        "chromium": chromium(), "screenshots": shots, "certificate": certificate, "key": key,
        "hosts": {"tenant": tenant, "application": application, "stranger": "stranger.example"},
    });
    let (lines, issuer) = run("auth0-js", more).await;
    // The name that the browser knows the server by.
    let issuer = issuer.replace("localhost", tenant);
    let tokens = found(&lines, "login");
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(found(&lines, "userinfo")["sub"], "auth0|1");
    assert!(failure(&lines, "wrong password").contains("Wrong email or password."));
    assert_eq!(found(&lines, "sign-up")["email"], "new@example.com");
    let sent = found(&lines, "change password").to_string();
    assert!(sent.contains("sent you an email"), "{sent}");
    for step in ["cross-origin login", "silent", "page"] {
        let result = found(&lines, step);
        assert_eq!(
            result["idTokenPayload"]["sub"], "auth0|1",
            "{step}: {result}"
        );
        assert_eq!(result["idTokenPayload"]["iss"], issuer, "{step}");
        assert!(result["accessToken"].is_string(), "{step}");
    }
    assert_eq!(found(&lines, "page")["problem"], "Wrong email or password.");
    assert!(found(&lines, "logout").as_str().unwrap().ends_with("/out"));
    assert!(failure(&lines, "silent after logout").contains("login_required"));
    // Not the person's fault: the browser does not show the answer to a stranger's page.
    let hidden = failure(&lines, "from elsewhere");
    assert!(hidden.contains("crossDomain"), "{hidden}");
}

async fn old_authentication(sdk: &str) {
    let asked = async |manager: Manager| {
        // After the answer, so that its time does not tell who is there.
        wait_for_async(LIMIT, async || {
            let log = manager.get("/logs?q=type:scpr").await.with_status(200);
            log.as_array().is_some_and(|log| log.len() == 1)
        })
        .await;
    };
    let (lines, issuer) = run_and_look("authentication-v3", sdk, Value::Null, asked).await;
    assert!(found(&lines, "sign in")["id_token"].is_string());
    assert!(failure(&lines, "wrong password").contains("Wrong email or password."));
    let profile = found(&lines, "profile");
    let profile = match profile {
        Value::String(text) => serde_json::from_str(text).unwrap(),
        other => other.clone(),
    };
    assert_eq!(profile["sub"], "auth0|1", "{issuer}");
    assert_eq!(found(&lines, "password grant")["token_type"], "Bearer");
    assert_eq!(found(&lines, "sign-up")["email"], "new@example.com");
    // The answer is text/html, of which these versions give nothing on: all that they say is that it went well.
    assert_eq!(*found(&lines, "change password"), json!({}));
}

#[tokio::test]
async fn version_2_of_the_sdk_signs_people_in() {
    old_authentication("auth0v2").await;
}

#[tokio::test]
async fn version_3_of_the_sdk_signs_people_in() {
    old_authentication("auth0v3").await;
}

async fn authentication(sdk: &str) {
    let (lines, _) = run_with("authentication", sdk, Value::Null).await;
    let first = &found(&lines, "login")["refresh_token"];
    assert_ne!(&found(&lines, "refresh")["refresh_token"], first);
    assert_eq!(found(&lines, "revoke"), 200);
    assert!(failure(&lines, "refresh after revocation").contains("invalid_grant"));
    assert_eq!(found(&lines, "sign-up")["email"], "new@example.com");
    assert!(failure(&lines, "sign-up again").contains("invalid_signup"));
    let sent = found(&lines, "change password").to_string();
    assert!(sent.contains("sent you an email"), "{sent}");
    assert!(found(&lines, "login with HS256")["id_token"].is_string());
    let strict = failure(&lines, "HS256 where RS256 is expected");
    assert!(strict.contains("alg"), "{strict}");
}

#[tokio::test]
async fn version_4_of_the_sdk_refreshes_and_revokes() {
    authentication("auth0v4").await;
}

#[tokio::test]
async fn version_6_of_the_sdk_refreshes_and_revokes() {
    authentication("auth0v6").await;
}

#[tokio::test]
async fn the_client_that_version_7_brings_refreshes_and_revokes() {
    authentication("auth0v7").await;
}
