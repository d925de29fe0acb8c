//! Sessions of the login page where a client has several connections.

use serde_json::{Value, json};

use crate::{
    app::{Actor, Application, PASSWORD, TestApp},
    authorize::{landed, spa, url},
    browser::{Browser, Landing, location},
};

/// Another connection of the application, beside its default one; gives its id.
pub(crate) async fn second(admin: &Actor<'_>, application: &Application) -> String {
    let body = json!({
        "name": "second", "strategy": "auth0", "enabled_clients": [application.id()],
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": true,
            "customScripts": {"login": "function login() {}", "get_user": "function g() {}"},
        },
    });
    let made = admin.post("/api/v2/connections", body).await;
    made.body["id"].as_str().unwrap().to_owned()
}

/// An organization with one connection, which makes members.
async fn organization(admin: &Actor<'_>, name: &str, connection: &Value) {
    let link = json!({"connection_id": connection, "assign_membership_on_login": true});
    let body = json!({"name": name, "enabled_connections": [link]});
    let made = admin.post("/api/v2/organizations", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

/// What a silent request leads to: a code, or the error's name.
pub(crate) async fn silently(
    browser: &mut Browser<'_>,
    application: &Application,
    more: &[(&str, &str)],
) -> String {
    let asked = [more, &[("prompt", "none")][..]].concat();
    let answer = browser.get(&url(application, &asked)).await;
    let pairs = Landing::of(&location(&answer)).pairs;
    match pairs.get("error") {
        Some(error) => error.clone(),
        None => {
            assert!(pairs.contains_key("code"), "{pairs:?}");
            "code".to_owned()
        }
    }
}

#[tokio::test]
async fn a_session_of_any_connection_of_the_client_will_do() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let second = second(&admin, &application).await;
    let mut browser = Browser::new(&app);
    let authorize = url(&application, &[("connection", "second")]);
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    assert!(landed(&answer).pairs.contains_key("code"));

    for (more, expected) in [
        (vec![], "code"),
        (vec![("connection", "second")], "code"),
        (vec![("connection", "legacy")], "login_required"),
        (vec![("realm", "legacy")], "login_required"),
    ] {
        let led_to = silently(&mut browser, &application, &more).await;
        assert_eq!(led_to, expected, "{more:?}");
    }
    let path = format!("/api/v2/connections/{second}/clients");
    let off = json!([{"client_id": application.id(), "status": false}]);
    assert_eq!(admin.patch(&path, off).await.status, 204);
    let led_to = silently(&mut browser, &application, &[]).await;
    assert_eq!(led_to, "login_required");
}

#[tokio::test]
async fn people_log_in_through_the_connection_of_their_organization() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    app.set_client(&application, json!({"organization_usage": "allow"}))
        .await;
    let listed = admin.get("/api/v2/connections").await.body;
    let second = second(&admin, &application).await;
    organization(&admin, "initech", &json!(second)).await;
    organization(&admin, "hooli", &listed[0]["id"]).await;
    let nobodys = json!({"name": "nobodys"});
    admin.post("/api/v2/organizations", nobodys).await;

    let mut browser = Browser::new(&app);
    // Some libraries do not look at the case of names.
    let authorize = url(&application, &[("organization", "Initech")]);
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    assert!(landed(&answer).pairs.contains_key("code"));
    let ada = admin.get("/api/v2/users/auth0%7C42").await.body;
    assert_eq!(ada["identities"][0]["connection"], "second");

    for (more, expected) in [
        (vec![("organization", "initech")], "code"),
        (vec![("organization", "hooli")], "login_required"),
        (vec![("organization", "nobodys")], "invalid_request"),
        (
            vec![("organization", "initech"), ("connection", "legacy")],
            "invalid_request",
        ),
        (vec![], "code"),
    ] {
        let led_to = silently(&mut browser, &application, &more).await;
        assert_eq!(led_to, expected, "{more:?}");
    }
}
