//! `/api/v2/tenants/settings`, and what is not served here.

use axum::http::StatusCode;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn settings_are_kept_and_flags_are_merged() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = "/api/v2/tenants/settings";
    let before = admin.get(path).await;
    let flags = json!({"enable_public_signup_user_exists_error": false});
    assert_eq!(before.body["flags"], flags);
    assert_eq!(before.body["default_directory"], "");

    let change = json!({
        "friendly_name": "Acme", "unknown": [1], "default_directory": "legacy",
        "flags": {"enable_public_signup_user_exists_error": true, "other": true},
    });
    let changed = admin.patch(path, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let more =
        json!({"flags": {"other": null, "third": false}, "unknown": null, "default_directory": ""});
    admin.patch(path, more).await;
    let after = admin.get(path).await;
    let flags = json!({"enable_public_signup_user_exists_error": true, "third": false});
    assert_eq!(after.body["flags"], flags);
    assert_eq!(
        (&after.body["friendly_name"], after.body.get("unknown")),
        (&json!("Acme"), None)
    );
    assert_eq!(after.body["default_directory"], "");
    let name = admin.get(&format!("{path}?fields=friendly_name")).await;
    assert_eq!(name.body, json!({"friendly_name": "Acme"}));

    for (body, message) in [
        (
            json!({"flags": {"a": 1}}),
            "Expected type boolean but found type number on property flags.a",
        ),
        (
            json!({"support_email": 1}),
            "Expected type string but found type number on property support_email",
        ),
        (
            json!({"default_directory": 1}),
            "Expected type string but found type number on property default_directory",
        ),
    ] {
        let answer = admin.patch(path, body).await;
        assert_eq!(
            answer.body["message"],
            format!("Payload validation error: '{message}'.")
        );
    }
}

#[tokio::test]
async fn the_default_directory_serves_the_password_grant() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let set = json!({"default_directory": "legacy"});
    admin.patch("/api/v2/tenants/settings", set).await;
    let mut login = application.password_realm("x", crate::app::PASSWORD);
    login["grant_type"] = json!("password");
    let answer = app.post("/oauth/token", login).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn what_is_not_served_is_empty_and_stays_so() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    assert_eq!(admin.get("/api/v2/roles").await.body, json!([]));
    let totals = admin
        .get("/api/v2/roles?include_totals=true&per_page=5")
        .await;
    let expected = json!({"start": 0, "limit": 5, "length": 0, "total": 0, "roles": []});
    assert_eq!(totals.body, expected);
    let cursor = admin
        .get("/api/v2/forms?take=50&include_totals=true")
        .await;
    assert_eq!(cursor.body, json!({"forms": []}));
    let provider = admin.get("/api/v2/emails/provider").await;
    assert_eq!(provider.status, StatusCode::NOT_FOUND);

    let path = "/api/v2/prompts";
    let there = admin.get(path).await.body;
    let same = admin.patch(path, there.clone()).await;
    assert_eq!((same.status, &same.body), (StatusCode::OK, &there));
    let other = admin.patch(path, json!({"identifier_first": true})).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert_eq!(other.body["errorCode"], "operation_not_supported");
    assert_eq!(admin.get(path).await.body, there);
}
