//! `/sessions` and `/refresh-tokens` of the Management API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::{ConnectionId, Grant, UserId};

use crate::app::{Actor, Answer, Application, PASSWORD, TestApp};

const SESSIONS: &str = "/api/v2/users/auth0%7C42/sessions";
const TOKENS: &str = "/api/v2/users/auth0%7C42/refresh-tokens";

/// Ada is here, through this application.
async fn with_ada(app: &TestApp) -> (Application, String) {
    let grants = [Grant::Password, Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    let connection = app.import_connection(&application).await;
    app.fake.knows_ada();
    (application, connection)
}

/// A login that gives a refresh token.
async fn log_in(app: &TestApp, application: &Application) -> Answer {
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = "openid offline_access".into();
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer
}

async fn refresh(app: &TestApp, application: &Application, tokens: &Answer) -> StatusCode {
    let body = json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "client_secret": application.secret.expose(), "refresh_token": tokens.body["refresh_token"],
    });
    app.post("/oauth/token", body).await.status
}

fn ids(listed: &Answer, key: &str) -> Vec<String> {
    let items = listed.body[key].as_array().unwrap().iter();
    items
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn begin(app: &TestApp, connection: &str) -> String {
    let (user, connection) = (
        UserId::from_text("auth0|42"),
        ConnectionId::from_text(connection),
    );
    let (engine, by) = (&app.engine, app.basis(&user).await);
    let cookie = engine.begin_session(&app.tenant.id, &user, &connection, true, None, &by);
    cookie.await.unwrap().unwrap().expose().to_owned()
}

async fn is_missing(admin: &Actor<'_>, path: &str, code: &str) {
    let answer = admin.get(path).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.body["errorCode"], code);
}

#[tokio::test]
async fn sessions_are_shown_and_ended() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (application, connection) = with_ada(&app).await;
    log_in(&app, &application).await;
    assert_eq!(admin.get(SESSIONS).await.body, json!({"sessions": []}));
    let cookie = begin(&app, &connection).await;
    begin(&app, &connection).await;
    let listed = admin.get(&format!("{SESSIONS}?take=1")).await;
    assert!(listed.body["next"].is_string());
    let told = admin.get(SESSIONS).await;
    let all = ids(&told, "sessions");
    assert_eq!(all.len(), 2);
    assert!(!told.body.to_string().contains(&cookie));
    let one = format!("/api/v2/sessions/{}", all[0]);
    let shown = admin.get(&one).await;
    assert_eq!(shown.body, told.body["sessions"][0]);
    assert_eq!(shown.body["user_id"], "auth0|42");
    let methods = shown.body["authentication"]["methods"].as_array().unwrap();
    let names: Vec<&Value> = methods.iter().map(|method| &method["name"]).collect();
    assert_eq!(names, ["pwd", "mfa"]);

    for _ in 0..2 {
        assert_eq!(admin.delete(&one).await.status, StatusCode::ACCEPTED);
    }
    is_missing(&admin, &one, "inexistent_session").await;
    assert_eq!(ids(&admin.get(SESSIONS).await, "sessions"), all[1..]);
    assert_eq!(admin.delete(SESSIONS).await.status, StatusCode::ACCEPTED);
    let session = app.engine.session(&app.tenant.id, &cookie).await.unwrap();
    assert!(session.is_none());
    is_missing(&admin, "/api/v2/users/nobody/sessions", "inexistent_user").await;
}

#[tokio::test]
async fn metadata_is_written_beside_logins() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (application, connection) = with_ada(&app).await;
    let tokens = log_in(&app, &application).await;
    let cookie = begin(&app, &connection).await;
    let session = ids(&admin.get(SESSIONS).await, "sessions").remove(0);
    let token = ids(&admin.get(TOKENS).await, "tokens").remove(0);
    for (one, field) in [
        (format!("/api/v2/sessions/{session}"), "session_metadata"),
        (
            format!("/api/v2/refresh-tokens/{token}"),
            "refresh_token_metadata",
        ),
    ] {
        let before = admin.get(&one).await.body;
        assert!(before.get(field).is_none(), "{before}");
        let same = admin.patch(&one, json!({})).await;
        assert_eq!((same.status, &same.body), (StatusCode::OK, &before));
        let metadata = json!({"device": "tv", "n": 1});
        let changed = admin.patch(&one, json!({field: metadata})).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        assert_eq!(changed.body[field], metadata);
        assert_eq!(admin.get(&one).await.body, changed.body);
        let odd = admin.patch(&one, json!({field: {"a": []}})).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
        let wrong = admin.patch(&one, json!({"user_id": "auth0|1"})).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let gone = admin.patch(&one, json!({field: null})).await;
        assert_eq!(gone.body, before);
        admin.patch(&one, json!({field: metadata})).await;
    }
    // Both still work.
    let session = app.engine.session(&app.tenant.id, &cookie).await.unwrap();
    assert!(session.is_some());
    assert_eq!(refresh(&app, &application, &tokens).await, StatusCode::OK);
    let nobody = admin
        .patch("/api/v2/sessions/x", json!({"session_metadata": {}}))
        .await;
    assert_eq!(nobody.body["errorCode"], "inexistent_session");
}

#[tokio::test]
async fn refresh_tokens_are_shown_and_ended() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (application, _) = with_ada(&app).await;
    let first = log_in(&app, &application).await;
    let second = log_in(&app, &application).await;
    let listed = admin.get(TOKENS).await;
    let all = ids(&listed, "tokens");
    assert_eq!(all.len(), 2);
    let text = first.body["refresh_token"].as_str().unwrap();
    assert!(!listed.body.to_string().contains(text));
    let one = format!("/api/v2/refresh-tokens/{}", all[0]);
    let shown = admin.get(&one).await;
    assert_eq!(shown.body, listed.body["tokens"][0]);
    assert_eq!(shown.body["client_id"], application.id());
    assert_eq!(
        shown.body["resource_servers"],
        json!([{"scopes": "openid offline_access"}])
    );

    assert_eq!(admin.delete(&one).await.status, StatusCode::ACCEPTED);
    is_missing(&admin, &one, "inexistent_refresh_token").await;
    let mut statuses = Vec::new();
    for tokens in [&first, &second] {
        statuses.push(refresh(&app, &application, tokens).await.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    assert_eq!(admin.delete(TOKENS).await.status, StatusCode::ACCEPTED);
    assert_eq!(admin.get(TOKENS).await.body, json!({"tokens": []}));
}

#[tokio::test]
async fn refresh_tokens_are_listed_and_revoked_by_what_they_are_for() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (application, _) = with_ada(&app).await;
    for _ in 0..3 {
        log_in(&app, &application).await;
    }
    let nameless = admin.get("/api/v2/refresh-tokens").await;
    assert_eq!(nameless.body["errorCode"], "invalid_query_string");
    let nobody = "/api/v2/refresh-tokens?user_id=nobody";
    is_missing(&admin, nobody, "inexistent_user").await;
    let path = "/api/v2/refresh-tokens?user_id=auth0%7C42";
    let own = format!("{path}&client_id={}", application.id());
    let listed = admin.get(&own).await;
    let all = ids(&listed, "refresh_tokens");
    assert_eq!(all.len(), 3);
    assert_eq!(admin.get(path).await.body, listed.body);
    let others = admin.get(&format!("{path}&client_id=other")).await;
    assert_eq!(others.body, json!({"refresh_tokens": []}));
    let first = admin.get(&format!("{own}&take=1&fields=id")).await.body;
    assert_eq!(first["refresh_tokens"], json!([{"id": all[0]}]));
    assert!(first["next"].is_string());

    let revoke = "/api/v2/refresh-tokens/revoke";
    for odd in [
        json!({}),
        json!({"ids": []}),
        json!({"ids": vec!["x"; 101]}),
        json!({"client_id": "x"}),
        json!({"user_id": "auth0|42", "audience": "x"}),
        json!({"ids": ["x"], "user_id": "auth0|42"}),
        json!({"user_id": "auth0|42", "x": 1}),
    ] {
        let refused = admin.post(revoke, odd.clone()).await;
        assert_eq!(refused.body["errorCode"], "invalid_body", "{odd}");
    }
    let client = application.id();
    for (body, left) in [
        (json!({"ids": ["x", all[0]]}), 2),
        (json!({"user_id": "auth0|42", "client_id": "other"}), 2),
        (
            json!({"user_id": "auth0|42", "client_id": client, "audience": "x"}),
            2,
        ),
        (json!({"user_id": "auth0|42", "client_id": client}), 0),
    ] {
        let revoked = admin.post(revoke, body.clone()).await;
        assert_eq!(revoked.status, StatusCode::ACCEPTED, "{}", revoked.body);
        let listed = ids(&admin.get(path).await, "refresh_tokens");
        assert_eq!(listed.len(), left, "{body}");
    }
    log_in(&app, &application).await;
    admin.post(revoke, json!({"user_id": "auth0|42"})).await;
    assert!(ids(&admin.get(path).await, "refresh_tokens").is_empty());
}

#[tokio::test]
async fn access_is_revoked_as_a_whole_or_by_session() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let (application, connection) = with_ada(&app).await;
    let path = "/api/v2/users/auth0%7C42/revoke-access";
    let tokens = log_in(&app, &application).await;
    for _ in 0..2 {
        begin(&app, &connection).await;
    }
    let keeps = json!({"preserve_refresh_tokens": true});
    let first = ids(&admin.get(SESSIONS).await, "sessions")[0].clone();
    let mut one = keeps.clone();
    one["session_id"] = first.as_str().into();
    let revoked = admin.post(path, one.clone()).await;
    assert_eq!(revoked.status, StatusCode::ACCEPTED, "{}", revoked.body);
    let left = ids(&admin.get(SESSIONS).await, "sessions");
    assert!(left.len() == 1 && left[0] != first);
    let again = admin.post(path, one).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(refresh(&app, &application, &tokens).await, StatusCode::OK);

    let own = app.actor(&["delete:sessions"]).await;
    let few = own.post(path, json!({})).await;
    assert_eq!(few.status, StatusCode::FORBIDDEN);
    assert_eq!(own.post(path, keeps).await.status, StatusCode::ACCEPTED);
    assert_eq!(admin.get(SESSIONS).await.body, json!({"sessions": []}));
    assert_eq!(refresh(&app, &application, &tokens).await, StatusCode::OK);
    let all = admin.post(path, json!({})).await;
    assert_eq!(all.status, StatusCode::ACCEPTED, "{}", all.body);
    let ended = refresh(&app, &application, &tokens).await;
    assert_eq!(ended, StatusCode::FORBIDDEN);

    let tokens = log_in(&app, &application).await;
    begin(&app, &connection).await;
    let session = ids(&admin.get(SESSIONS).await, "sessions")[0].clone();
    let path = format!("/api/v2/sessions/{session}/revoke");
    let revoked = admin.post(&path, json!({})).await;
    assert_eq!(revoked.status, StatusCode::ACCEPTED);
    is_missing(
        &admin,
        &format!("/api/v2/sessions/{session}"),
        "inexistent_session",
    )
    .await;
    let ended = refresh(&app, &application, &tokens).await;
    assert_eq!(ended, StatusCode::FORBIDDEN);
    let again = admin.post(&path, json!({})).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}
