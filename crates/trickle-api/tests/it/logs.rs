//! `/api/v2/logs`.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::app::{Answer, PASSWORD, TestApp};

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

/// Types of a list.
fn types(answer: &Answer) -> Vec<&str> {
    let entries = answer.body.as_array().unwrap().iter();
    entries
        .map(|entry| entry["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_log_is_searched() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    for password in ["wrong", PASSWORD] {
        let body = application.password_realm("legacy", password);
        app.post("/oauth/token", body).await;
    }
    for (query, expected) in [
        ("q=type:s", vec!["s"]),
        ("search=type:s", vec!["s"]),
        ("q=type:(s%20OR%20fu)", vec!["s", "fu"]),
        ("q=type:(s%20OR%20fu)&sort=date:1", vec!["fu", "s"]),
        ("q=connection:legacy%20AND%20type:f*", vec!["fu"]),
        ("q=connection:other", vec![]),
        (
            "q=user_id:%22auth0%7C42%22%20AND%20NOT%20type:sepft",
            vec!["s"],
        ),
        (
            "q=client_name:%22an%20application%22%20AND%20type:sepft",
            vec!["sepft"],
        ),
        ("q=strategy_type:database%20AND%20type:s", vec!["s"]),
        ("q=date:%5B2020%20TO%20*%5D%20AND%20type:s", vec!["s"]),
        ("q=date:%5B*%20TO%202020%5D", vec![]),
    ] {
        let answer = admin.get(&format!("/api/v2/logs?{query}")).await;
        assert_eq!(types(&answer), expected, "{query}");
    }
    let totals = admin
        .get("/api/v2/logs?q=type:s&include_totals=true&per_page=10")
        .await;
    assert_eq!(
        (&totals.body["total"], &totals.body["length"]),
        (&json!(1), &json!(1))
    );
    let of_user = admin.get("/api/v2/users/auth0%7C42/logs?per_page=2").await;
    assert_eq!(types(&of_user), ["sepft", "s"]);
    let one = &of_user.body[1];
    let path = format!("/api/v2/logs/{}", one["log_id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.body, *one);
    let missing = admin.get("/api/v2/logs/x").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for query in ["q=nothing:x", "q=(", "sort=type:1", "take=0"] {
        let answer = admin.get(&format!("/api/v2/logs?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn the_log_is_read_on_from_an_entry() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let first = admin.get("/api/v2/logs?per_page=1&fields=type").await;
    assert_eq!(types(&first), ["seccft"]);
    let beyond = admin.get("/api/v2/logs?per_page=1&page=9").await;
    assert_eq!(beyond.body, Value::Array(Vec::new()));
    for _ in 0..2 {
        app.admin().await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/v2/logs?take=2".to_owned();
    for _ in 0..3 {
        let answer = admin.get(&path).await;
        let entries = answer.body.as_array().unwrap().clone();
        seen.extend(entries.into_iter().map(|entry| entry["log_id"].clone()));
        let link = answer.headers["link"].to_str().unwrap();
        let next = link.strip_suffix(">; rel=\"next\"").unwrap();
        path = next[next.find("/api").unwrap()..].to_owned();
    }
    let mut sorted = seen.clone();
    sorted.sort_by_key(ToString::to_string);
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (3, &sorted), "each once, oldest first");
    // What happens later comes next.
    app.admin().await;
    let later = admin.get(&path).await;
    assert_eq!(types(&later), ["seccft"]);
}

#[tokio::test]
async fn logins_are_counted_by_day() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    for _ in 0..2 {
        let body = application.password_realm("legacy", PASSWORD);
        app.post("/oauth/token", body).await;
    }
    let active = admin.get("/api/v2/stats/active-users").await;
    assert_eq!(active.body, 1);
    let daily = admin.get("/api/v2/stats/daily").await;
    let days = daily.body.as_array().unwrap();
    let logins: u64 = days.iter().map(|day| day["logins"].as_u64().unwrap()).sum();
    assert_eq!((days.len(), logins), (30, 2));
    let old = admin
        .get("/api/v2/stats/daily?from=20200101&to=20200102")
        .await;
    assert_eq!(old.body[1]["date"], "2020-01-02T00:00:00.000Z");
    assert_eq!(old.body[1]["logins"], 0);
    for query in ["from=x", "from=20200102&to=20200101", "from=20000101"] {
        let answer = admin.get(&format!("/api/v2/stats/daily?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
