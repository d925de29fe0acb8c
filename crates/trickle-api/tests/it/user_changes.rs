//! `PATCH` and `DELETE /api/v2/users/{id}`.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::{Action, Outcome};

use crate::app::{Answer, Application, PASSWORD, TestApp};

const ADA: &str = "/api/v2/users/auth0%7C42";

async fn with_ada() -> (TestApp, Application) {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    assert_eq!(login(&app, &application, PASSWORD).await, StatusCode::OK);
    (app, application)
}

async fn login(app: &TestApp, application: &Application, password: &str) -> StatusCode {
    let body = application.password_realm("legacy", password);
    app.post("/oauth/token", body).await.status
}

fn message(answer: &Answer) -> (u16, &str) {
    (
        answer.status.as_u16(),
        answer.body["message"].as_str().unwrap_or(""),
    )
}

#[tokio::test]
async fn fields_replace_metadata_merges_and_null_removes() {
    let (app, _) = with_ada().await;
    let admin = app.admin().await;
    let first = json!({
        "name": "Ada L.", "nickname": null, "blocked": true, "app_metadata": {"plan": "gold", "old": {"a": 1}},
        "user_metadata": {"colour": "red"},
    });
    let answer = admin.patch(ADA, first).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let second =
        json!({"app_metadata": {"old": null, "seat": 7}, "user_metadata": null, "blocked": false});
    let shown = admin.patch(ADA, second).await.body;
    assert_eq!(shown["name"], "Ada L.");
    assert_eq!(shown.get("nickname"), None);
    assert_eq!(shown["app_metadata"], json!({"plan": "gold", "seat": 7}));
    assert_eq!(
        (shown.get("user_metadata"), shown.get("blocked")),
        (None, None)
    );
    assert_eq!(admin.get(ADA).await.body, shown);

    admin
        .patch(ADA, json!({"user_metadata": {"colour": "blue"}}))
        .await;
    let empty = json!({"app_metadata": {}, "user_metadata": {}});
    let shown = admin.patch(ADA, empty).await.body;
    assert_eq!(
        (shown.get("app_metadata"), shown.get("user_metadata")),
        (None, None)
    );
    assert_eq!(shown["name"], "Ada L.");
}

#[tokio::test]
async fn a_new_password_holds_and_a_blocked_user_is_out() {
    let (app, application) = with_ada().await;
    let admin = app.admin().await;
    let answer = admin.patch(ADA, json!({"password": "another"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body["last_password_reset"].is_string());
    assert_eq!(
        login(&app, &application, PASSWORD).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(login(&app, &application, "another").await, StatusCode::OK);
    admin.patch(ADA, json!({"blocked": true})).await;
    assert_eq!(
        login(&app, &application, "another").await,
        StatusCode::FORBIDDEN
    );
    let empty = admin.patch(ADA, json!({"password": ""})).await;
    assert_eq!(
        message(&empty),
        (400, "PasswordStrengthError: Password is too weak")
    );
}

#[tokio::test]
async fn addresses_stay_unique_here_and_in_the_legacy_store() {
    let (app, application) = with_ada().await;
    let admin = app.admin().await;
    let bob = json!({
        "connection": "legacy", "email": "bob@example.com", "user_id": "b", "password": "p",
    });
    assert_eq!(
        admin.post("/api/v2/users", bob).await.status,
        StatusCode::CREATED
    );
    let taken = admin.patch(ADA, json!({"email": "Bob@example.com"})).await;
    assert_eq!(
        message(&taken),
        (409, "The specified new email already exists")
    );
    app.fake.answers(|_| {
        Outcome::Profile(trickle_model::UnverifiedProfile::new(
            json!({"id": 9, "email": "eve@example.com"}),
        ))
    });
    let there = admin.patch(ADA, json!({"email": "eve@example.com"})).await;
    assert_eq!(
        message(&there),
        (409, "The specified new email already exists")
    );
    let name = admin.patch(ADA, json!({"username": "eve"})).await;
    assert_eq!(name.status, StatusCode::CONFLICT, "{}", name.body);
    app.fake.always(Outcome::DidNotAnswer);
    let unclear = admin.patch(ADA, json!({"email": "x@example.com"})).await;
    assert_eq!(unclear.status, StatusCode::BAD_REQUEST, "{}", unclear.body);
    let logs = admin.get("/api/v2/logs?q=type:(fce%20OR%20fcu)").await.body;
    let told: Vec<(&str, bool)> = logs
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = entry["description"].as_str().unwrap();
            (entry["type"].as_str().unwrap(), text.ends_with("exists"))
        })
        .collect();
    assert_eq!(
        told,
        [("fce", false), ("fcu", true), ("fce", true), ("fce", true)]
    );
    app.fake.always(Outcome::NoSuchUser);
    let moved = admin
        .patch(ADA, json!({"email": "Ada.L@example.com"}))
        .await;
    assert_eq!(moved.body["email"], "ada.l@example.com");
    assert_eq!(moved.body["email_verified"], false);
    app.fake.always(Outcome::WrongCredentials(None));
    assert_eq!(
        login(&app, &application, PASSWORD).await,
        StatusCode::FORBIDDEN
    );

    for (body, text) in [
        (
            json!({"email": "x"}),
            "the profile's email must be an address",
        ),
        (
            json!({"email": null}),
            "Expected an address on property email",
        ),
        (
            json!({"blocked": 1}),
            "Expected type boolean but found type number on property blocked",
        ),
        (
            json!({"phone_number": "030 123"}),
            "phone_number must be a plus and 1 to 15 digits",
        ),
        (
            json!({"app_metadata": {"a.b": 1}}),
            "Keys may neither contain a dot",
        ),
        (
            json!({"connection": "other"}),
            "The user has no identity in this connection",
        ),
        (
            json!({"roles": []}),
            "Additional properties not allowed: roles",
        ),
    ] {
        let answer = admin.patch(ADA, body).await;
        let (status, told) = message(&answer);
        assert_eq!(status, 400);
        assert!(told.contains(text), "{told}");
    }
    assert_eq!(
        admin
            .patch("/api/v2/users/auth0%7Cx", json!({}))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_address_that_is_sent_back_stays_proven() {
    let (app, _) = with_ada().await;
    let admin = app.admin().await;
    // As programs do that read a user, change a field and write all of it.
    let same = json!({"email": " ADA@example.com ", "given_name": "Ada K."});
    let shown = admin.patch(ADA, same).await.body;
    assert_eq!(
        (&shown["email"], &shown["email_verified"]),
        (&json!("ada@example.com"), &json!(true))
    );
    let told = json!({"email": "ada@example.com", "email_verified": false});
    let shown = admin.patch(ADA, told).await.body;
    assert_eq!(shown["email_verified"], false);
    let again = json!({"email": "ada@example.com"});
    let shown = admin.patch(ADA, again).await.body;
    assert_eq!(shown["email_verified"], false);
}

#[tokio::test]
async fn with_import_off_the_scripts_agree_first() {
    let (app, _) = with_ada().await;
    let admin = app.admin().await;
    let connections = admin.get("/api/v2/connections").await.body;
    let path = format!(
        "/api/v2/connections/{}",
        connections[0]["id"].as_str().unwrap()
    );
    let options = json!({
        "enabledDatabaseCustomization": true, "import_mode": false,
        "customScripts": {"login": "l", "get_user": "g", "change_email": "e", "delete": "d", "change_password": "p"},
    });
    admin.patch(&path, json!({"options": options})).await;
    let seen: Arc<Mutex<Vec<(Action, Value)>>> = Arc::default();
    let log = Arc::clone(&seen);
    app.fake.answers(move |request| {
        log.lock()
            .unwrap()
            .push((request.action, request.arguments.clone().into()));
        match request.action {
            Action::GetUser => Outcome::NoSuchUser,
            _ => Outcome::Done(json!(true)),
        }
    });
    let answer = admin
        .patch(
            ADA,
            json!({"email": "new@example.com", "email_verified": true, "password": "n"}),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let expected = [
        (Action::GetUser, json!(["new@example.com"])),
        (
            Action::ChangeEmail,
            json!(["ada@example.com", "new@example.com", true]),
        ),
        (Action::ChangePassword, json!(["ada@example.com", "n"])),
    ];
    assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), expected);
    let names = admin
        .patch(ADA, json!({"name": "x", "username": "y"}))
        .await;
    assert_eq!(message(&names).0, 400);

    app.fake.always(Outcome::Done(json!(false)));
    let refused = admin.patch(ADA, json!({"email_verified": false})).await;
    assert_eq!(
        message(&refused),
        (
            400,
            "Sandbox Error: the change_email script changed nothing"
        )
    );
    app.fake.always(Outcome::DidNotAnswer);
    assert_eq!(admin.delete(ADA).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(admin.get(ADA).await.status, StatusCode::OK);
    app.fake.answers(|request| {
        assert_eq!(
            (request.action, &request.arguments[0]),
            (Action::Delete, &json!("42"))
        );
        Outcome::Done(Value::Null)
    });
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(ADA).await.status, StatusCode::NOT_FOUND);
    let codes = admin.get("/api/v2/logs?fields=type").await.body.to_string();
    for code in ["sce", "scp", "fce", "fdu", "sdu"] {
        assert!(codes.contains(&format!("\"{code}\"")), "{code}: {codes}");
    }
}

#[tokio::test]
async fn whoever_is_deleted_comes_back_unless_the_connection_buries() {
    let (app, application) = with_ada().await;
    let admin = app.admin().await;
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    assert_eq!(login(&app, &application, PASSWORD).await, StatusCode::OK);

    let connections = admin.get("/api/v2/connections").await.body;
    let path = format!(
        "/api/v2/connections/{}",
        connections[0]["id"].as_str().unwrap()
    );
    let mut options = connections[0]["options"].clone();
    options["trickle"] = json!({"bury_deleted": true});
    admin.patch(&path, json!({"options": options})).await;
    assert_eq!(admin.delete(ADA).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        login(&app, &application, PASSWORD).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(admin.get(ADA).await.status, StatusCode::NOT_FOUND);
}
