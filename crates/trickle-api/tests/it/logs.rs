//! `/api/v2/logs`.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::Value;

use crate::app::{PASSWORD, TestApp};

#[tokio::test]
async fn a_migration_and_a_wrong_password_leave_their_marks() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    for password in ["wrong", PASSWORD, "wrong"] {
        let body = application.password_realm("legacy", password);
        app.post("/oauth/token", body).await;
    }
    let answer = admin.get("/api/v2/logs?sort=date:-1").await;
    assert_eq!(answer.status, StatusCode::OK);
    let logins = answer.body.as_array().unwrap().iter();
    let types: Vec<&str> = logins
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert_eq!(types[..4], ["fp", "sepft", "s", "fu"]);
    let redacted = answer.redacted();
    assert_json_snapshot!(redacted[2], @r#"
    {
      "_id": "[uuid]",
      "client_id": "[client]",
      "client_name": "an application",
      "connection": "legacy",
      "connection_id": "[connection]",
      "date": "[time]",
      "description": "Successful login, user imported",
      "details": {
        "execution_id": "[uuid]",
        "how": "migrated",
        "latency": {
          "boot_ms": 0,
          "queue_ms": 0,
          "script_ms": 0
        },
        "message": "the script gave a profile",
        "outcome": "authenticated"
      },
      "log_id": "[uuid]",
      "strategy": "auth0",
      "strategy_type": "database",
      "type": "s",
      "user_id": "auth0|42",
      "user_name": "ada@example.com"
    }
    "#);
    let text = answer.body.to_string();
    assert!(!text.contains(PASSWORD) && !text.contains("\"wrong\""));
}

#[tokio::test]
async fn pages_are_honoured_and_what_is_not_understood_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let first = admin.get("/api/v2/logs?per_page=1&fields=type").await;
    assert_eq!(first.body.as_array().unwrap().len(), 1);
    let beyond = admin.get("/api/v2/logs?per_page=1&page=9").await;
    assert_eq!(beyond.body, Value::Array(Vec::new()));
    for query in [
        "q=type:s",
        "from=x",
        "take=5",
        "include_totals=true",
        "sort=date:1",
    ] {
        let answer = admin.get(&format!("/api/v2/logs?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
