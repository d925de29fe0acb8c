//! Configuration values of connections that are ciphertext already.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    app::TestApp,
    connections::{created, message, path},
};

#[tokio::test]
async fn foreign_ciphertext_is_not_taken() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = created(&admin).await;
    let sealed = connection["options"]["configuration"]["URL"].clone();
    let expected = "Payload validation error: 'options.configuration.TOKEN is ciphertext that is not this value's; send the value in clear'.";
    let swapped = json!({"options": {"configuration": {"TOKEN": sealed}}});
    let answer = admin.patch(&path(&connection), swapped.clone()).await;
    assert_eq!(message(&answer), (400, expected));
    let copy = json!({"name": "copy", "strategy": "auth0", "options": swapped["options"]});
    let answer = admin.post("/api/v2/connections", copy).await;
    assert_eq!(message(&answer), (400, expected));
}

#[tokio::test]
async fn ciphertext_of_auth0_is_told_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let foreign = "2.0$ad0f8dd1a1e0f8b1c7d2$6e1f00aa11bb22cc33";
    let body = json!({"name": "old", "strategy": "auth0", "options": {"configuration": {"URL": foreign, "A": "b"}}});
    let made = admin.post("/api/v2/connections", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let again = json!({"options": made.body["options"]});
    assert_eq!(
        admin.patch(&path(&made.body), again).await.status,
        StatusCode::OK
    );
    let log = admin.get("/api/v2/logs").await.body;
    let told: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["type"] == "w")
        .map(|entry| entry["description"].as_str().unwrap())
        .collect();
    let expected =
        "Scripts of old see ciphertext of Auth0 in configuration: URL. Put the values in its place";
    assert_eq!(told, [expected]);
}
