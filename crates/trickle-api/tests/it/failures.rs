//! Our own failures.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::Value;
use tempfile::tempdir;
use trickle_model::Secret;
use trickle_store::Database;
use trickle_testkit::postgres::Postgres;

use crate::app::{Answer, PASSWORD, TestApp};

/// The body with the request id, which must be the header's, hidden.
fn without_id(answer: &Answer) -> Value {
    let id = answer.headers["x-request-id"].to_str().unwrap();
    let text = answer.body.to_string();
    assert!(text.contains(id), "{text}");
    serde_json::from_str(&text.replace(id, "[id]")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_database_is_a_request_id_and_nothing_else() {
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let name = server.fresh_database();
    let database = Database::Postgres(Secret::new(server.url(&name)));
    let app = TestApp::over(&database, tempdir().unwrap()).await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let admin = app.admin().await;
    server.execute(&name, "ALTER TABLE users RENAME TO gone");

    let answer = admin.get("/api/v2/users").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_json_snapshot!(without_id(&answer), @r#"
    {
      "error": "Internal Server Error",
      "message": "Something went wrong on our side. Request id: [id]",
      "statusCode": 500
    }
    "#);
    let body = application.password_realm("legacy", PASSWORD);
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_json_snapshot!(without_id(&answer), @r#"
    {
      "error": "server_error",
      "error_description": "Something went wrong on our side. Request id: [id]"
    }
    "#);
    drop(server);
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    let answer = app.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}
