//! Applications with published OpenID Connect clients, some of them in a browser.

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

/// Runs a client's script that has a page in Chromium; the issuer is as the browser knows it.
async fn run_in_browser(script: &str) -> (Vec<Value>, String) {
    let shots = std::env::var_os("TRICKLE_SCREENSHOTS").map(PathBuf::from);
    let (tenant, application) = ("login.acme.example", "app.acme.example");
    let (certificate, key) = TestCa::new().issue(&[application, "stranger.example"]);
    let more = json!({
        "chromium": chromium(), "screenshots": shots, "certificate": certificate, "key": key,
        "hosts": {"tenant": tenant, "application": application, "stranger": "stranger.example"},
    });
    let (lines, issuer) = run(script, more).await;
    (lines, issuer.replace("localhost", tenant))
}

#[tokio::test]
async fn auth0_js_logs_people_in_from_a_page_of_its_own() {
    let (lines, issuer) = run_in_browser("auth0-js").await;
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

#[tokio::test]
async fn auth0_spa_js_renews_by_session_and_by_refresh_token() {
    let (lines, issuer) = run_in_browser("auth0-spa-js").await;
    assert!(failure(&lines, "silent before login").contains("login_required"));
    for step in ["login", "login with a worker", "login with kept tokens"] {
        let result = found(&lines, step);
        assert_eq!(result["claims"]["sub"], "auth0|1", "{step}: {result}");
        assert_eq!(result["claims"]["iss"], issuer, "{step}");
        assert_eq!(result["appState"]["target"], "/cart", "{step}");
    }
    assert_eq!(found(&lines, "after a reload")["sub"], "auth0|1");
    for step in [
        "silent",
        "refresh",
        "refresh with the next token",
        "by the session instead",
    ] {
        let result = found(&lines, step);
        assert!(result["access_token"].is_string(), "{step}: {result}");
    }
    let rotation = found(&lines, "rotation");
    assert!(rotation[1].is_string(), "{rotation}");
    assert_ne!(rotation[0], rotation[1]);
    for step in ["an exchanged token", "the token after it"] {
        let refused = failure(&lines, step);
        assert!(refused.contains("invalid_grant"), "{step}: {refused}");
    }
    assert!(found(&lines, "logout").as_str().unwrap().ends_with("/out"));
    assert!(failure(&lines, "silent after logout").contains("login_required"));
}

#[tokio::test]
async fn express_openid_connect_logs_in_refreshes_and_logs_out() {
    let (lines, _) = run("express-openid-connect", Value::Null).await;
    assert_eq!(found(&lines, "nobody")["isIn"], false);
    for step in ["login", "silent", "login by form"] {
        let result = found(&lines, step);
        assert_eq!(result["by"], "/authorize", "{step}");
        assert_eq!(result["user"]["sub"], "auth0|1", "{step}: {result}");
    }
    assert_eq!(found(&lines, "userinfo")["email"], "ann@example.com");
    let first = &found(&lines, "tokens")["refresh"];
    assert!(first.is_string(), "{first}");
    assert_ne!(&found(&lines, "refresh")["refresh"], first);
    for (step, by) in [("logout", "/oidc/logout"), ("logout of old", "/v2/logout")] {
        let result = found(&lines, step);
        assert_eq!(
            (&result["by"], &result["isIn"]),
            (&json!(by), &json!(false))
        );
    }
    assert_eq!(found(&lines, "silent after logout")["isIn"], false);
}

#[tokio::test]
async fn passport_auth0_gets_profile_and_refresh_token() {
    let (lines, _) = run("passport-auth0", Value::Null).await;
    for step in ["silent before login", "silent after logout"] {
        assert_eq!(found(&lines, step)["status"], 401, "{step}");
    }
    for step in ["login", "silent"] {
        let result = found(&lines, step);
        assert_eq!(result["profile"]["id"], "auth0|1", "{step}: {result}");
        assert!(result["refreshToken"].is_string(), "{step}: {result}");
    }
    let emails = &found(&lines, "login")["profile"]["emails"];
    assert_eq!(emails[0]["value"], "ann@example.com");
    assert_eq!(found(&lines, "logout")["out"], true);
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
