//! How far a migration is, and every attempt.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp};

#[tokio::test]
async fn a_migration_is_counted_and_its_attempts_are_listed() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    app.fake.knows_ada();
    for password in ["guess", PASSWORD, PASSWORD] {
        app.post(
            "/oauth/token",
            application.password_realm("legacy", password),
        )
        .await;
    }
    let admin = app.admin().await;
    let path = format!("/api/v2/connections/{id}/migration");
    let set = admin.patch(&path, json!({"total": 3})).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    let shown = admin.get(&path).await.body;
    let counts = ["total", "users", "native", "remaining"].map(|name| shown[name].as_u64());
    assert_eq!(counts, [Some(3), Some(1), Some(1), Some(2)]);
    assert_eq!(
        shown["attempts"],
        json!({"migrated": 1, "native": 1, "wrong_credentials": 1})
    );
    assert_eq!(shown["days"][0]["so_far"], 1);
    // Today is not over.
    assert_eq!(shown["forecast"], json!({"per_day": 0.0, "done_on": null}));

    let path = format!("/api/v2/connections/{id}/ledger");
    let first = admin.get(&format!("{path}?take=2")).await.body;
    let outcomes = |body: &Value| {
        let lines = body["ledger"].as_array().unwrap().iter();
        lines
            .map(|line| line["outcome"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&first), ["native", "migrated"]);
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("{path}?take=2&from={next}")).await.body;
    assert_eq!(outcomes(&second), ["wrong_credentials"]);
    assert_eq!(second.get("next"), None);
    assert!(second["ledger"][0]["execution_id"].is_string());

    let csv = admin.get(&format!("{path}?format=csv")).await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let text = csv.body.as_str().unwrap();
    assert_eq!(text.lines().count(), 4);
    assert!(text.starts_with("id,date,outcome,"), "{text}");
    let ndjson = admin.get(&format!("{path}?format=ndjson")).await;
    assert_eq!(ndjson.body.as_str().unwrap().lines().count(), 3);

    for odd in ["format=xml", "take=0"] {
        assert_eq!(
            admin.get(&format!("{path}?{odd}")).await.status,
            StatusCode::BAD_REQUEST
        );
    }
    let gone = admin.get("/api/v2/connections/con_x/migration").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let odd = admin
        .patch(
            &format!("/api/v2/connections/{id}/migration"),
            json!({"total": "many"}),
        )
        .await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}
