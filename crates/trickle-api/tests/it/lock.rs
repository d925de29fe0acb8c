//! What forms of Lock and `auth0-js` ask for before anybody types.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::TestApp;

/// What the script hands to Lock.
fn settings(script: &Value) -> Value {
    let call = script.as_str().unwrap();
    let call = call.strip_prefix("Auth0.setClient(").unwrap();
    serde_json::from_str(call.strip_suffix(");").unwrap()).unwrap()
}

#[tokio::test]
async fn a_script_tells_lock_of_the_connections_of_a_client() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let [own, other] = [app.login_application().await, app.login_application().await];
    let closed = json!({
        "requires_username": true, "disable_signup": true, "disable_self_service_change_password": true,
        "passwordPolicy": "good", "password_complexity_options": {"min_length": 12}, "validation": null,
    });
    for (name, client, options) in [
        ("plain", &own, json!({})),
        ("closed", &own, closed),
        ("others", &other, json!({})),
    ] {
        let body = json!({
            "name": name, "strategy": "auth0", "enabled_clients": [client.id()], "options": options, "display_name": format!("The {name}"),
        });
        let made = admin.post("/api/v2/connections", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let path = format!("/client/{}.js?t1750000000000", own.id());
    let script = app.get(&path).await;
    assert_eq!(script.status, StatusCode::OK);
    let kind = &script.headers[header::CONTENT_TYPE];
    assert!(kind.to_str().unwrap().starts_with("text/javascript"));
    let plain = json!({
        "name": "plain", "display_name": "The plain", "showSignup": true, "showForgot": true, "requires_username": false,
    });
    let closed = json!({
        "name": "closed", "display_name": "The closed", "showSignup": false, "showForgot": false, "requires_username": true,
        "passwordPolicy": "good", "password_complexity_options": {"min_length": 12},
    });
    let told = settings(&script.body);
    assert_eq!(
        (&told["id"], &told["tenant"]),
        (&json!(own.id()), &json!("acme"))
    );
    let strategies = |connections: Value| json!([{"name": "auth0", "connections": connections}]);
    assert_eq!(told["strategies"], strategies(json!([plain, closed])));

    let usual = json!({"default_directory": "closed"});
    admin.patch("/api/v2/tenants/settings", usual).await;
    let told = settings(&app.get(&path).await.body);
    assert_eq!(told["strategies"], strategies(json!([closed, plain])));

    let unknown = app.get("/client/nobody.js").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_eq!(unknown.body["error_description"], "Unknown client");
}

#[tokio::test]
async fn forms_are_told_that_they_need_no_captcha() {
    let app = TestApp::new().await;
    for path in [
        "/usernamepassword/challenge",
        "/dbconnections/signup/challenge",
        "/dbconnections/change_password/challenge",
    ] {
        let told = app.post(path, json!({"state": "x"})).await;
        assert_eq!(told.status, StatusCode::OK, "{path}");
        assert_eq!(told.body, json!({"required": false}), "{path}");
    }
}
