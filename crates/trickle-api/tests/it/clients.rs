//! `/api/v2/clients` and what the deploy tool asks besides.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::app::TestApp;

#[tokio::test]
async fn clients_are_listed_without_secrets() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    let path = "/api/v2/clients?page=1&per_page=1&include_totals=true";
    let answer = admin.get(path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["clients"][0]["client_id"], application.id());
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "clients": [
        {
          "client_id": "[client]",
          "global": false,
          "grant_types": [
            "password",
            "http://auth0.com/oauth/grant-type/password-realm"
          ],
          "name": "an application",
          "tenant": "acme"
        }
      ],
      "length": 1,
      "limit": 1,
      "start": 1,
      "total": 2
    }
    "#);
    let names = admin.get("/api/v2/clients?fields=name").await;
    assert_eq!(names.body.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn there_are_no_actions() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let answer = admin
        .get("/api/v2/actions/actions?page=0&per_page=100")
        .await;
    let none = Value::Array(Vec::new());
    let expected = json!({"actions": none, "total": 0, "page": 0, "per_page": 100});
    assert_eq!(answer.body, expected);
}
