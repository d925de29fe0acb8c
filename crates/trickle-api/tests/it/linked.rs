//! `POST /api/v2/users/{id}/identities` and `DELETE` of one.

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::{Grant, Outcome};

use crate::{
    app::{Actor, Answer, Application, HOST, PASSWORD, TestApp},
    token_password::verified,
};

const NEW: &str = "a new password";
const ADA: &str = "/api/v2/users/auth0%7C42";
const IDENTITIES: &str = "/api/v2/users/auth0%7C42/identities";
const BOB: &str = "/api/v2/users/auth0%7Cbob";

/// Ada, who came from the legacy store, and Bob of another connection, whose id is given.
async fn people() -> (TestApp, Application, String) {
    let app = TestApp::new().await;
    let grants = [Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let login = application.password_realm("legacy", PASSWORD);
    assert_eq!(app.post("/oauth/token", login).await.status, StatusCode::OK);
    let other =
        json!({"name": "other", "strategy": "auth0", "enabled_clients": [application.id()]});
    let admin = app.admin().await;
    let made = admin.post("/api/v2/connections", other).await;
    let connection = made.body["id"].as_str().unwrap().to_owned();
    let bob = json!({
        "connection": "other", "user_id": "bob", "email": "bob@example.com", "password": NEW, "name": "Bob",
    });
    let made = admin.post("/api/v2/users", bob).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    drop(admin);
    (app, application, connection)
}

async fn login_bob(app: &TestApp, application: &Application, password: &str) -> Answer {
    let mut body = application.password_realm("other", password);
    body["username"] = json!("bob@example.com");
    body["scope"] = json!("openid offline_access");
    app.post("/oauth/token", body).await
}

async fn sub(app: &TestApp, answer: &Answer) -> Value {
    let access = answer.body["access_token"].as_str();
    let access = access.unwrap_or_else(|| panic!("{}", answer.body));
    let claims = verified(app, access, &format!("https://{HOST}/userinfo")).await;
    claims["sub"].clone()
}

async fn link_bob(admin: &Actor<'_>) -> Answer {
    let body = json!({"provider": "auth0", "user_id": "bob"});
    admin.post(IDENTITIES, body).await
}

#[tokio::test]
async fn a_linked_user_logs_in_as_the_other_until_it_is_unlinked() {
    let (app, application, _) = people().await;
    let admin = app.admin().await;
    let before = login_bob(&app, &application, NEW).await;
    assert_eq!(sub(&app, &before).await, "auth0|bob");

    let linked = link_bob(&admin).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);
    let own =
        json!({"connection": "legacy", "user_id": "42", "provider": "auth0", "isSocial": false});
    assert_eq!(linked.body[0], own);
    let other = &linked.body[1];
    assert_eq!(
        (&other["connection"], &other["user_id"]),
        (&json!("other"), &json!("bob"))
    );
    assert_eq!(other["profileData"]["email"], "bob@example.com");
    assert_eq!(other["profileData"]["name"], "Bob");

    assert_eq!(admin.get(BOB).await.status, StatusCode::NOT_FOUND);
    let listed = admin.get("/api/v2/users").await.body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["identities"], linked.body);
    assert_eq!(admin.get(ADA).await.body["identities"], linked.body);
    let changed = admin.patch(ADA, json!({"name": "Ada L."})).await;
    assert_eq!(changed.body["identities"], linked.body);
    for path in ["users-by-email?email=bob@example.com", "users?q=email:bob*"] {
        assert_eq!(
            admin.get(&format!("/api/v2/{path}")).await.body,
            json!([]),
            "{path}"
        );
    }

    for narrowed in [
        "connection=other",
        "q=identities.connection:other",
        "q=identities.user_id:bob",
        "q=identities.profileData.email:bob@example.com",
        "q=identities.provider:auth0&connection=other",
    ] {
        let found = admin.get(&format!("/api/v2/users?{narrowed}")).await.body;
        assert_eq!(found[0]["user_id"], "auth0|42", "{narrowed}: {found}");
        assert_eq!(found[0]["identities"], linked.body, "{narrowed}");
    }

    let refresh = json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "client_secret": application.secret.expose(), "refresh_token": before.body["refresh_token"],
    });
    let ended = app.post("/oauth/token", refresh).await;
    assert_eq!(ended.body["error"], "invalid_grant", "{}", ended.body);
    let after = login_bob(&app, &application, NEW).await;
    assert_eq!(sub(&app, &after).await, "auth0|42");
    let wrong = login_bob(&app, &application, PASSWORD).await;
    assert_eq!(wrong.body["error"], "invalid_grant", "{}", wrong.body);

    admin.patch(ADA, json!({"blocked": true})).await;
    let blocked = login_bob(&app, &application, NEW).await;
    assert_eq!(blocked.body["error"], "unauthorized", "{}", blocked.body);
    admin.patch(ADA, json!({"blocked": false})).await;

    let left = admin.delete(&format!("{IDENTITIES}/auth0/bob")).await;
    assert_eq!((left.status, left.body), (StatusCode::OK, json!([own])));
    assert_eq!(admin.get(BOB).await.body["name"], "Bob");
    let again = login_bob(&app, &application, NEW).await;
    assert_eq!(sub(&app, &again).await, "auth0|bob");
}

#[tokio::test]
async fn a_link_by_mail_changes_the_linked_users_own_password() {
    let (app, application, connection) = people().await;
    let admin = app.admin().await;
    link_bob(&admin).await;
    for body in [
        json!({"connection_id": connection, "email": "bob@example.com"}),
        json!({"user_id": "auth0|42", "identity": {"provider": "auth0", "user_id": "bob"}}),
    ] {
        let made = admin.post("/api/v2/tickets/password-change", body).await;
        let url = made.body["ticket"].as_str();
        let url = url.unwrap_or_else(|| panic!("{}", made.body));
        let (_, token) = url.split_once("ticket=").unwrap();
        let password = format!("another password {}", token.len());
        let changed = app.engine.change_password_by_ticket(
            &app.tenant.id,
            token,
            trickle_model::Secret::new(password.as_str()),
            trickle_engine::Caller::default(),
        );
        let changed = changed.await.unwrap();
        assert!(
            matches!(changed, trickle_engine::PasswordOutcome::Changed),
            "{changed:?}"
        );
        let after = login_bob(&app, &application, &password).await;
        assert_eq!(sub(&app, &after).await, "auth0|42");
    }
    let ada = application.password_realm("legacy", PASSWORD);
    assert_eq!(app.post("/oauth/token", ada).await.status, StatusCode::OK);
}

#[tokio::test]
async fn linked_users_go_with_the_other_or_by_their_address() {
    let (app, application, connection) = people().await;
    let admin = app.admin().await;
    link_bob(&admin).await;
    let path = format!("/api/v2/connections/{connection}/users?email=bob@example.com");
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    let identities = admin.get(ADA).await.body["identities"].take();
    assert_eq!(identities.as_array().unwrap().len(), 1);

    let bob = json!({"connection": "other", "user_id": "bob", "email": "bob@example.com", "password": NEW});
    admin.post("/api/v2/users", bob).await;
    assert_eq!(link_bob(&admin).await.status, StatusCode::CREATED);
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    let gone = login_bob(&app, &application, NEW).await;
    assert_eq!(gone.body["error"], "invalid_grant", "{}", gone.body);
    assert_eq!(admin.get(BOB).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_linked_is_told() {
    let (app, _, connection) = people().await;
    let admin = app.admin().await;
    let cases = [
        (json!({"provider": "auth0"}), 400, "invalid_body"),
        (
            json!({"link_with": "a.b.c"}),
            400,
            "operation_not_supported",
        ),
        (
            json!({"provider": "google-oauth2", "user_id": "bob"}),
            400,
            "inexistent_connection",
        ),
        (
            json!({"provider": "auth0", "user_id": "bob", "connection_id": "con_x"}),
            400,
            "inexistent_connection",
        ),
        (
            json!({"provider": "auth0", "user_id": "eve", "connection_id": connection}),
            404,
            "inexistent_user",
        ),
        (
            json!({"provider": "auth0", "user_id": "42"}),
            400,
            "main_identity",
        ),
    ];
    for (body, status, code) in cases {
        let answer = admin.post(IDENTITIES, body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errorCode"]),
            (status, &json!(code)),
            "{}",
            answer.body
        );
    }
    let body = json!({"provider": "auth0", "user_id": "auth0|bob", "connection_id": connection});
    let linked = admin.post(IDENTITIES, body.clone()).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);
    let again = admin.post(IDENTITIES, body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.body["errorCode"], "identity_conflict");
    let to_linked = admin
        .post(
            &format!("{BOB}/identities"),
            json!({"provider": "auth0", "user_id": "42"}),
        )
        .await;
    assert_eq!(to_linked.body["errorCode"], "inexistent_user");

    let own = admin.delete(&format!("{IDENTITIES}/auth0/42")).await;
    assert_eq!(own.body["errorCode"], "main_identity");
    let other = admin.delete(&format!("{IDENTITIES}/auth0/eve")).await;
    assert_eq!(
        (other.status, &other.body["errorCode"]),
        (StatusCode::NOT_FOUND, &json!("inexistent_identity"))
    );
}

/// Zoe of a third connection, with import off, becomes linked to Ada.
async fn link_zoe(app: &TestApp, admin: &Actor<'_>) {
    let third = json!({"name": "third", "strategy": "auth0"});
    let made = admin.post("/api/v2/connections", third).await;
    let third = made.body["id"].as_str().unwrap().to_owned();
    let zoe = json!({"connection": "third", "user_id": "zoe", "email": "zoe@example.com", "password": NEW});
    let made = admin.post("/api/v2/users", zoe).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let options = json!({
        "enabledDatabaseCustomization": true, "import_mode": false,
        "customScripts": {"login": "l", "get_user": "g", "change_email": "e", "delete": "d", "change_password": "p"},
    });
    let path = format!("/api/v2/connections/{third}");
    let changed = admin.patch(&path, json!({"options": options})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    app.fake.always(Outcome::DidNotAnswer);
    let body = json!({"provider": "auth0", "user_id": "zoe"});
    let linked = admin.post(IDENTITIES, body).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);
}

#[tokio::test]
async fn a_script_that_fails_keeps_all_of_them() {
    let (app, application, _) = people().await;
    let admin = app.admin().await;
    link_bob(&admin).await;
    link_zoe(&app, &admin).await;
    app.engine.settled().await;
    let before = admin.get(ADA).await.body;
    let refused = admin.delete(ADA).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    let message = refused.body["message"].as_str().unwrap();
    assert!(message.contains("auth0|zoe in third"), "{message}");
    assert_eq!(admin.get(ADA).await.body, before);
    let bob = login_bob(&app, &application, NEW).await;
    assert_eq!(sub(&app, &bob).await, "auth0|42");

    app.fake.always(Outcome::Done(Value::Null));
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    let gone = login_bob(&app, &application, NEW).await;
    assert_eq!(gone.body["error"], "invalid_grant", "{}", gone.body);
    let all = admin.get("/api/v2/users").await.body;
    assert_eq!(all, json!([]));
}

#[tokio::test]
async fn blocks_of_linked_users_are_shown_and_lifted() {
    let (app, application, connection) = people().await;
    let admin = app.admin().await;
    link_bob(&admin).await;
    let path = format!("/api/v2/connections/{connection}");
    let options = json!({"trickle": {"failures_at_once": true}});
    let changed = admin.patch(&path, json!({"options": options})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let settings = "/api/v2/attack-protection/brute-force-protection";
    let body = json!({"max_attempts": 2, "mode": "count_per_identifier"});
    let set = admin.patch(settings, body).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    for guess in ["a guess", "another guess"] {
        let wrong = login_bob(&app, &application, guess).await;
        assert_eq!(wrong.body["error"], "invalid_grant", "{}", wrong.body);
        app.engine.settled().await;
    }
    let shut_out = login_bob(&app, &application, NEW).await;
    assert_eq!(shut_out.status, StatusCode::TOO_MANY_REQUESTS);

    let blocks = "/api/v2/user-blocks/auth0%7C42";
    let expected =
        json!({"blocked_for": [{"identifier": "bob@example.com", "connection": "other"}]});
    assert_eq!(admin.get(blocks).await.body, expected);
    assert_eq!(admin.delete(blocks).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(blocks).await.body, json!({"blocked_for": []}));
    let again = login_bob(&app, &application, NEW).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
}

#[tokio::test]
async fn a_connection_chooses_the_identity_that_is_changed() {
    let (app, application, _) = people().await;
    let admin = app.admin().await;
    link_bob(&admin).await;
    let before = login_bob(&app, &application, NEW).await;
    app.engine.settled().await;
    let password = "a password of another kind";
    let change = json!({
        "connection": "Other", "email": "Robert@example.com", "email_verified": true, "password": password,
        "name": "Ada L.", "app_metadata": {"plan": "gold"},
    });
    let changed = admin.patch(ADA, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body, admin.get(ADA).await.body);
    let shown = &changed.body;
    assert_eq!(
        (&shown["user_id"], &shown["email"], &shown["name"]),
        (
            &json!("auth0|42"),
            &json!("ada@example.com"),
            &json!("Ada L.")
        )
    );
    assert_eq!(shown["app_metadata"], json!({"plan": "gold"}));
    let profile = &shown["identities"][1]["profileData"];
    assert_eq!(
        (
            &profile["email"],
            &profile["email_verified"],
            &profile["name"]
        ),
        (&json!("robert@example.com"), &json!(true), &json!("Bob"))
    );

    let refresh = json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "client_secret": application.secret.expose(), "refresh_token": before.body["refresh_token"],
    });
    let ended = app.post("/oauth/token", refresh).await;
    assert_eq!(ended.body["error"], "invalid_grant", "{}", ended.body);
    let mut body = application.password_realm("other", password);
    body["username"] = json!("robert@example.com");
    body["scope"] = json!("openid");
    let after = app.post("/oauth/token", body).await;
    assert_eq!(sub(&app, &after).await, "auth0|42");
    let ada = application.password_realm("legacy", PASSWORD);
    assert_eq!(app.post("/oauth/token", ada).await.status, StatusCode::OK);

    // The user's own part would be too large: the identity stays as well.
    let large = "x".repeat(trickle_engine::OBJECT_MAX_BYTES);
    let change =
        json!({"connection": "other", "email": "bob@example.com", "app_metadata": {"a": large}});
    let refused = admin.patch(ADA, change).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(admin.get(ADA).await.body["identities"], shown["identities"]);
    let third = json!({"name": "third", "strategy": "auth0"});
    let made = admin.post("/api/v2/connections", third).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    for connection in ["none", "third"] {
        let change = json!({"connection": connection, "email": "x@example.com"});
        let refused = admin.patch(ADA, change).await;
        let message = refused.body["message"].as_str().unwrap();
        assert!(
            message.contains("no identity in this connection"),
            "{message}"
        );
    }
}
