//! `/userinfo`.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use insta::assert_json_snapshot;
use serde_json::json;

use crate::app::{Answer, PASSWORD, TestApp};

async fn token(app: &TestApp, scope: &str) -> String {
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = json!(scope);
    let answer = app.post("/oauth/token", body).await;
    answer.body["access_token"].as_str().unwrap().to_owned()
}

async fn userinfo(app: &TestApp, authorization: &str) -> Answer {
    let request = Request::get("/userinfo").header(header::AUTHORIZATION, authorization);
    app.send(request, None).await
}

#[tokio::test]
async fn scopes_open_claims() {
    let app = TestApp::new().await;
    let token = token(&app, "openid profile email").await;
    let answer = userinfo(&app, &format!("Bearer {token}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "email": "ada@example.com",
      "email_verified": true,
      "given_name": "Ada",
      "name": "ada@example.com",
      "nickname": "ada",
      "picture": "https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fad.png",
      "sub": "auth0|42",
      "updated_at": "[time]"
    }
    "#);
    let request = Request::post("/userinfo")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("access_token={token}")));
    let posted = app.send_raw(request.unwrap()).await;
    // The login is counted after its answer, which sets the time anew.
    assert_eq!(posted.redacted(), answer.redacted());
    let queried = app.get(&format!("/userinfo?access_token={token}")).await;
    assert_eq!(queried.redacted(), answer.redacted());
    assert_eq!(queried.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn without_scopes_there_is_a_subject() {
    let app = TestApp::new().await;
    let token = token(&app, "").await;
    let answer = userinfo(&app, &format!("Bearer {token}")).await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "sub": "auth0|42"
    }
    "#);
}

#[tokio::test]
async fn tokens_of_others_and_for_other_things_are_refused() {
    let app = TestApp::new().await;
    let machine = app.admin().await.token.unwrap();
    for query in ["", "access_token=", &format!("access_token={machine}")] {
        let answer = app.get(&format!("/userinfo?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{query}");
    }
    for authorization in [
        "",
        "Bearer",
        "Bearer x.y.z",
        "Basic eDp5",
        &format!("Bearer {machine}"),
    ] {
        let answer = userinfo(&app, authorization).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(answer.body["error"], "invalid_token");
        assert_eq!(
            answer.headers[header::WWW_AUTHENTICATE],
            "Bearer error=\"invalid_token\""
        );
    }
}

#[tokio::test]
async fn a_removed_user_has_no_claims_any_more() {
    let app = TestApp::new().await;
    let token = token(&app, "openid").await;
    let id = trickle_model::UserId::from_raw("42");
    assert!(app.store.remove_user(&app.tenant.id, &id).await.unwrap());
    let answer = userinfo(&app, &format!("Bearer {token}")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
