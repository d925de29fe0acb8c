//! Connections that rehearse their migration: people are let in, and nothing can be bound to somebody who is not kept.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::{PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, location},
    cross_origin::{co, credentials},
};

async fn rehearse(app: &TestApp, rehearsal: Value) {
    let admin = app.admin().await;
    let listed = admin.get("/api/v2/connections?name=legacy").await.body;
    let id = listed[0]["id"].as_str().unwrap();
    let mut options = listed[0]["options"].clone();
    options["trickle"] = json!({"rehearsal": rehearsal});
    let path = format!("/api/v2/connections/{id}");
    let changed = admin.patch(&path, json!({"options": options})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
}

#[tokio::test]
async fn a_dry_run_gives_tokens_for_passwords_and_nothing_that_lasts() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    rehearse(&app, json!({"dry_run": true})).await;

    let mut login = application.password_realm("legacy", PASSWORD);
    login["scope"] = json!("openid offline_access");
    let tokens = app.post("/oauth/token", login.clone()).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    assert_eq!(tokens.body["scope"], "openid");
    assert!(tokens.body["id_token"].is_string());
    assert!(tokens.body.get("refresh_token").is_none());

    let rehearses = "This connection rehearses its migration";
    let mut browser = Browser::new(&app);
    let authorize = url(&application, &[]);
    let page = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.as_str().unwrap().contains(rehearses));
    let wrong = browser.log_in(&authorize, "ada@example.com", "wrong").await;
    assert!(!wrong.body.as_str().unwrap().contains(rehearses));

    let typed = credentials(&application, PASSWORD);
    let answer = co(&mut browser, "https://spa.test", &typed).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.body["error"], "access_denied");
    let text = answer.body["error_description"].as_str().unwrap();
    assert!(text.starts_with(rehearses), "{text}");

    // Imported for real, the same person gets all of it.
    rehearse(&app, Value::Null).await;
    let tokens = app.post("/oauth/token", login).await;
    assert_eq!(tokens.body["scope"], "openid offline_access");
    assert!(tokens.body["refresh_token"].is_string());
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    let landing = Landing::of(&location(&answer));
    assert!(landing.pairs.contains_key("code"));
    // Kept already, and let in on the native store's word.
    rehearse(&app, json!({"dry_run": true})).await;
    let answer = co(&mut browser, "https://spa.test", &typed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_dry_run_lets_nobody_in_as_a_user_of_another_connection() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    rehearse(&app, json!({"dry_run": true})).await;
    let admin = app.admin().await;
    let other =
        json!({"name": "other", "strategy": "auth0", "enabled_clients": [application.id()]});
    let made = admin.post("/api/v2/connections", other).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    // Has the id that the legacy store gives to Ada.
    let grace = json!({
        "connection": "other", "user_id": "42", "email": "grace@example.com", "password": "a long Passw0rd",
    });
    let made = admin.post("/api/v2/users", grace).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);

    let login = application.password_realm("legacy", PASSWORD);
    let rehearsed = app.post("/oauth/token", login.clone()).await;
    rehearse(&app, Value::Null).await;
    let real = app.post("/oauth/token", login).await;
    for answer in [rehearsed, real] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert_eq!(answer.body["error"], "access_denied");
        let text = &answer.body["error_description"];
        assert_eq!(text, "The user already exists.");
    }
}
