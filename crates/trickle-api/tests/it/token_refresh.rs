//! Refresh tokens, `/oauth/revoke`, `/oauth/ro`.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::{
    app::{Answer, Application, HOST, PASSWORD, TestApp},
    token_password::verified,
};

async fn staying(app: &TestApp, settings: Value) -> Application {
    let grants = [Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    app.set_client(&application, settings).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    application
}

async fn first(app: &TestApp, application: &Application) -> String {
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = json!("openid email offline_access");
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(
        answer.body["scope"], "openid email offline_access",
        "{}",
        answer.body
    );
    text(&answer, "refresh_token")
}

fn text(answer: &Answer, name: &str) -> String {
    let text = answer.body[name].as_str();
    text.unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

fn body(application: &Application, token: &str) -> Value {
    json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "client_secret": application.secret.expose(), "refresh_token": token,
    })
}

#[tokio::test]
async fn tokens_rotate_and_a_stolen_one_ends_all() {
    let app = TestApp::new().await;
    let application = staying(
        &app,
        json!({"refresh_token": {"rotation_type": "rotating"}}),
    )
    .await;
    let one = first(&app, &application).await;
    let answer = app.post("/oauth/token", body(&application, &one)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let access = text(&answer, "access_token");
    let claims = verified(&app, &access, &format!("https://{HOST}/userinfo")).await;
    assert_eq!(
        (claims["gty"].as_str(), claims["sub"].as_str()),
        (Some("refresh_token"), Some("auth0|42"))
    );
    let claims = verified(&app, &text(&answer, "id_token"), application.id()).await;
    assert_eq!(claims["email"], "ada@example.com");
    let two = text(&answer, "refresh_token");
    assert_ne!(one, two);

    let mut fewer = body(&application, &two);
    fewer["scope"] = json!("email offline_access delete:everything");
    let answer = app.post("/oauth/token", fewer).await;
    assert_eq!(answer.body["scope"], "email offline_access");
    assert!(answer.body.get("id_token").is_none());
    let three = text(&answer, "refresh_token");

    let stolen = app.post("/oauth/token", body(&application, &one)).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(stolen.body, @r#"
    {
      "error": "invalid_grant",
      "error_description": "Unknown or invalid refresh token."
    }
    "#);
    let after = app.post("/oauth/token", body(&application, &three)).await;
    assert_eq!(after.status, StatusCode::FORBIDDEN);
    app.engine.settled().await;
    let log = app
        .admin()
        .await
        .get("/api/v2/logs?per_page=8&fields=type")
        .await;
    let types: Vec<_> = log
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    for code in ["ferrt", "fertft", "sertft"] {
        assert!(types.contains(&code), "{types:?}");
    }
}

#[tokio::test]
async fn tokens_stay_where_the_client_does_not_rotate() {
    let app = TestApp::new().await;
    let application = staying(&app, json!({})).await;
    let token = first(&app, &application).await;
    for _ in 0..2 {
        let answer = app.post("/oauth/token", body(&application, &token)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.get("refresh_token").is_none());
    }
    // Those of clients that cannot keep a secret rotate unasked.
    app.set_client(&application, json!({"token_endpoint_auth_method": "none"}))
        .await;
    let mut public = body(&application, &token);
    public.as_object_mut().unwrap().remove("client_secret");
    let answer = app.post("/oauth/token", public).await;
    assert_ne!(text(&answer, "refresh_token"), token);
}

#[tokio::test]
async fn what_clients_send_along_may_be_of_any_type() {
    let app = TestApp::new().await;
    let application = staying(&app, json!({})).await;
    let token = first(&app, &application).await;
    let mut sent = body(&application, &token);
    // As `auth0-spa-js` 1 does with what it was configured with.
    for (name, value) in [
        ("sessionCheckExpiryDays", json!(1)),
        ("legacySameSiteCookie", json!(true)),
        ("cache", json!({})),
        ("cookies", json!([])),
    ] {
        sent[name] = value;
    }
    let answer = app.post("/oauth/token", sent).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn policies_give_tokens_for_other_apis() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (one, two) = ("https://one.test/", "https://two.test/");
    for (name, api) in [("one", one), ("two", two)] {
        let scopes = [format!("read:{name}"), format!("write:{name}")];
        let scopes = scopes.map(|scope| json!({"value": scope}));
        let body = json!({
            "name": name, "identifier": api, "scopes": scopes, "allow_offline_access": true,
        });
        let made = admin.post("/api/v2/resource-servers", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let management = format!("https://{HOST}/api/v2/");
    let policies = json!([
        {"audience": one, "scope": ["write:one"]},
        {"audience": two, "scope": ["read:two", "delete:two"]},
        {"audience": "https://gone.test/", "scope": ["read:two"]},
        {"audience": management, "scope": ["read:users"]},
    ]);
    let application = staying(&app, json!({"refresh_token": {"policies": policies}})).await;
    let mut login = application.password_realm("legacy", PASSWORD);
    login["audience"] = json!(one);
    login["scope"] = json!("openid read:one offline_access");
    let token = app.post("/oauth/token", login).await;
    let token = text(&token, "refresh_token");
    let ask = async |audience: &str, scope: &str| {
        let mut body = body(&application, &token);
        body["audience"] = json!(audience);
        body["scope"] = json!(scope);
        app.post("/oauth/token", body).await
    };

    let sorted = |scopes: &str| {
        let mut scopes: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes
    };

    let first = "openid read:one offline_access";
    for (audience, scope, api, expected) in [
        (two, "", two, "openid offline_access read:two"),
        (two, "read:two write:two read:one", two, "read:two"),
        (one, "", one, "openid read:one offline_access write:one"),
        ("", "", one, first),
        ("", "write:one read:one", one, "read:one"),
        // As existing clients know it, these are not looked at.
        ("https://gone.test/", "", one, first),
        ("https://other.test/", "", one, first),
        (management.as_str(), "", one, first),
    ] {
        let answer = ask(audience, scope).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let got = sorted(&text(&answer, "scope"));
        assert_eq!(got, sorted(expected), "{audience} {scope}");
        verified(&app, &text(&answer, "access_token"), api).await;
    }

    // People's own rights count as they do at a login.
    let two_path = "/api/v2/resource-servers/https%3A%2F%2Ftwo.test%2F";
    let enforced = json!({"enforce_policies": true});
    admin.patch(two_path, enforced).await;
    let answer = ask(two, "openid read:two").await;
    assert_eq!(answer.body["scope"], "openid");
    // Applications of others have no policies.
    app.set_client(&application, json!({"is_first_party": false}))
        .await;
    let answer = ask(two, "").await;
    verified(&app, &text(&answer, "access_token"), one).await;
}

#[tokio::test]
async fn tokens_are_their_clients_own() {
    let app = TestApp::new().await;
    let application = staying(&app, json!({})).await;
    let other = app.application(&[Grant::RefreshToken], &[]).await;
    let machine = app.application(&[Grant::ClientCredentials], &[]).await;
    let token = first(&app, &application).await;
    let answer = app.post("/oauth/token", body(&other, &token)).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (StatusCode::FORBIDDEN, &json!("invalid_grant"))
    );
    let answer = app.post("/oauth/token", body(&machine, &token)).await;
    assert_eq!(answer.body["error"], "unauthorized_client");
    let mut wrong = body(&application, &token);
    wrong["client_secret"] = json!("x");
    let answer = app.post("/oauth/token", wrong).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    let revoke = |who: &Application, token: &str| json!({"client_id": who.id(), "client_secret": who.secret.expose(), "token": token});
    // Nobody learns whether it is one.
    let answer = app.post("/oauth/revoke", revoke(&other, &token)).await;
    assert_eq!((answer.status, answer.body), (StatusCode::OK, Value::Null));
    let still = app.post("/oauth/token", body(&application, &token)).await;
    assert_eq!(still.status, StatusCode::OK);
    let answer = app
        .post("/oauth/revoke", revoke(&application, &token))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let gone = app.post("/oauth/token", body(&application, &token)).await;
    assert_eq!(gone.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn blocked_people_get_no_more_tokens() {
    let app = TestApp::new().await;
    let application = staying(&app, json!({})).await;
    let token = first(&app, &application).await;
    let admin = app.admin().await;
    let user = "/api/v2/users/auth0%7C42";
    admin.patch(user, json!({"blocked": true})).await;
    let answer = app.post("/oauth/token", body(&application, &token)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    admin.patch(user, json!({"blocked": false})).await;
    let answer = app.post("/oauth/token", body(&application, &token)).await;
    assert_eq!(answer.status, StatusCode::OK);
    admin.delete(user).await;
    let answer = app.post("/oauth/token", body(&application, &token)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn old_sdks_log_people_in_without_a_secret() {
    let app = TestApp::new().await;
    let application = staying(&app, json!({})).await;
    let body = json!({
        "client_id": application.id(), "username": "ada@example.com", "password": PASSWORD,
        "connection": "legacy", "grant_type": "password", "scope": "openid email offline_access", "device": null,
    });
    let answer = app.post("/oauth/ro", body.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "access_token": "[jwt]",
      "id_token": "[jwt]",
      "token_type": "bearer"
    }
    "#);
    let claims = verified(&app, &text(&answer, "id_token"), application.id()).await;
    assert_eq!(claims["email"], "ada@example.com");
    let with = |name: &str, value: &str| {
        let mut body = body.clone();
        body[name] = json!(value);
        body
    };
    let wrong = app.post("/oauth/ro", with("password", "wrong")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_json_snapshot!(wrong.body, @r#"
    {
      "error": "invalid_user_password",
      "error_description": "Wrong email or password."
    }
    "#);
    for (name, value, status) in [
        ("client_id", "nobody", 401),
        ("connection", "nobody", 400),
        ("username", "", 400),
    ] {
        let answer = app.post("/oauth/ro", with(name, value)).await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
    }
    let machine = app.application(&[Grant::ClientCredentials], &[]).await;
    let answer = app.post("/oauth/ro", with("client_id", machine.id())).await;
    assert_eq!(answer.body["error"], "unauthorized_client");
}
