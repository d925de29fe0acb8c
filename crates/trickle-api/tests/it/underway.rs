//! Accounts that change while a login is under way.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::{runtime::Handle, task::block_in_place};
use trickle_engine::{Caller, PasswordOutcome};
use trickle_model::{Action, Grant, Outcome, Secret, UnverifiedProfile, UserId};

use crate::{
    app::{Answer, Application, HOST, PASSWORD, TestApp},
    organizations::{organization, use_organizations},
    token_password::verified,
};

const ADA: &str = "auth0|42";
const BOB: &str = "auth0|bob";

/// Ada, whom a legacy store with import off knows, and who is linked to Bob of a native connection.
async fn people() -> (TestApp, Application) {
    let app = TestApp::new().await;
    let grants = [Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    let admin = app.admin().await;
    let clients = json!([application.id()]);
    for body in [
        json!({
            "name": "legacy", "strategy": "auth0", "enabled_clients": clients,
            "options": {
                "enabledDatabaseCustomization": true, "import_mode": false,
                "customScripts": {
                    "login": "function login() {}", "change_password": "function c() {}",
                },
            },
        }),
        json!({"name": "other", "strategy": "auth0", "enabled_clients": clients}),
    ] {
        let made = admin.post("/api/v2/connections", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let bob = json!({
        "connection": "other", "user_id": "bob", "email": "bob@example.com", "password": "a new password",
    });
    let made = admin.post("/api/v2/users", bob).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    app.fake.knows_ada();
    let cached = log_in(&app, &application).await;
    assert_eq!(sub(&app, &cached).await, ADA);
    let body = json!({"provider": "auth0", "user_id": "42"});
    let path = "/api/v2/users/auth0%7Cbob/identities";
    let linked = admin.post(path, body).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);
    drop(admin);
    (app, application)
}

async fn log_in(app: &TestApp, application: &Application) -> Answer {
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = json!("openid offline_access");
    app.post("/oauth/token", body).await
}

async fn sub(app: &TestApp, answer: &Answer) -> Value {
    let access = answer.body["access_token"].as_str();
    let access = access.unwrap_or_else(|| panic!("{}", answer.body));
    let claims = verified(app, access, &format!("https://{HOST}/userinfo")).await;
    claims["sub"].clone()
}

/// From now on this happens in the middle of each `login` run.
fn in_the_middle<F: Future<Output = ()>>(
    app: &TestApp,
    change: impl Fn() -> F + Send + Sync + 'static,
) {
    app.fake.answers(move |request| match request.action {
        Action::Login => {
            block_in_place(|| Handle::current().block_on(change()));
            Outcome::Profile(UnverifiedProfile::new(json!({
                "user_id": 42, "email": "ada@example.com",
            })))
        }
        action => {
            let answer = trickle_model::Answer {
                error: None,
                value: json!(true),
            };
            Outcome::from_answer(action, answer)
        }
    });
}

async fn is_overtaken(app: &TestApp, application: &Application) {
    let answer = log_in(app, application).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            &json!("temporarily_unavailable")
        ),
        "{}",
        answer.body
    );
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlinked_user_is_not_let_in_as_the_other() {
    let (app, application) = people().await;
    let (store, tenant) = (app.store.clone(), app.tenant.id.clone());
    in_the_middle(&app, move || {
        let (store, tenant) = (store.clone(), tenant.clone());
        async move {
            let (bob, ada) = (UserId::from_text(BOB), UserId::from_text(ADA));
            let parted = store.unlink_user(&tenant, &bob, &ada).await;
            assert!(parted.unwrap());
        }
    });
    is_overtaken(&app, &application).await;
    app.engine.settled().await;
    let admin = app.admin().await;
    let tokens = "/api/v2/users/auth0%7Cbob/refresh-tokens";
    assert_eq!(admin.get(tokens).await.body["tokens"], json!([]));
    let log = admin.get("/api/v2/logs?per_page=20&fields=type").await.body;
    assert!(log.to_string().contains("\"fepft\""), "{log}");
    app.fake.knows_ada();
    let again = log_in(&app, &application).await;
    assert_eq!(sub(&app, &again).await, ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_by_the_old_password_ends_with_it() {
    let (app, application) = people().await;
    let (engine, tenant) = (app.engine.clone(), app.tenant.id.clone());
    in_the_middle(&app, move || {
        let (engine, tenant) = (engine.clone(), tenant.clone());
        async move {
            let store = engine.store();
            let connection = store.connection_by_name(&tenant, "legacy").await;
            let id = UserId::from_text(ADA);
            let ada = store.stored_user(&tenant, &id).await;
            let (connection, ada) = (connection.unwrap().unwrap(), ada.unwrap().unwrap());
            let (password, caller) = (Secret::new("another password"), Caller::default());
            let changed = engine.set_password(&connection, &ada.user, &password, &caller);
            let changed = changed.await.unwrap();
            assert!(matches!(changed, PasswordOutcome::Changed), "{changed:?}");
        }
    });
    is_overtaken(&app, &application).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_a_member_by_a_login_that_was_ended() {
    let (app, application) = people().await;
    use_organizations(&app, &application, "allow").await;
    let admin = app.admin().await;
    let id = organization(&admin, "initech").await;
    let listed = admin.get("/api/v2/connections").await.body;
    let mut connections = listed.as_array().unwrap().iter();
    let legacy = connections.find(|one| one["name"] == "legacy").unwrap();
    let link = json!({"connection_id": legacy["id"], "assign_membership_on_login": true});
    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    let linked = admin.post(&links, link).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);
    let (store, tenant) = (app.store.clone(), app.tenant.id.clone());
    in_the_middle(&app, move || {
        let (store, tenant) = (store.clone(), tenant.clone());
        async move {
            let ended = store.end_all_logins(&tenant, &UserId::from_text(ADA)).await;
            ended.unwrap();
        }
    });

    let mut body = application.password_realm("legacy", PASSWORD);
    body["organization"] = json!("initech");
    body["scope"] = json!("openid");
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(
        answer.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        answer.body
    );
    let members = format!("/api/v2/organizations/{id}/members");
    assert_eq!(admin.get(&members).await.body, json!([]));
    app.fake.knows_ada();
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(admin.get(&members).await.body[0]["user_id"], BOB);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_deleted_meanwhile_is_told_to_try_again() {
    let (app, application) = people().await;
    let (store, tenant) = (app.store.clone(), app.tenant.id.clone());
    in_the_middle(&app, move || {
        let (store, tenant) = (store.clone(), tenant.clone());
        async move {
            let removed = store.remove_user(&tenant, &UserId::from_text(BOB)).await;
            assert!(removed.unwrap());
        }
    });
    is_overtaken(&app, &application).await;
}
