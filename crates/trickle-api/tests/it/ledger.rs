//! How far a migration is, and every attempt.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use trickle_model::{Outage, Outcome, ScriptError};

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

#[tokio::test]
async fn other_flows_than_logins_are_in_the_ledger_and_do_not_count_as_logins() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    app.fake.knows_ada();
    let sign_up = |email: &str| {
        let order = json!({
            "client_id": application.id(), "connection": "legacy", "email": email,
            "password": "Correct-horse-9",
        });
        app.post("/dbconnections/signup", order)
    };
    assert_eq!(sign_up("bob@example.com").await.status, StatusCode::OK);
    // Ada is in the legacy store.
    let taken = sign_up("ada@example.com").await;
    assert_eq!(taken.status, StatusCode::BAD_REQUEST);
    let order =
        json!({"client_id": application.id(), "connection": "legacy", "email": "ada@example.com"});
    app.post("/dbconnections/change_password", order).await;
    app.engine.drain().await;
    // Bob's mail may come later.
    let mut mails = app.postbox.mails().into_iter();
    let mail = mails.find(|mail| mail.to == "ada@example.com").unwrap();
    let (_, link) = mail.text.split_once("?ticket=").unwrap();
    let token: String = link
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    let form = format!("ticket={token}&password=New-pass-1&again=New-pass-1");
    let request = axum::http::Request::post("/u/reset-password")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into());
    let done = app.send_raw(request.unwrap()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let admin = app.admin().await;
    let deleted = admin.delete("/api/v2/users/auth0%7C42").await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);

    let ledger = admin
        .get(&format!("/api/v2/connections/{id}/ledger"))
        .await
        .body;
    let lines: Vec<(&str, &str)> = ledger["ledger"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["kind"].as_str().unwrap(),
                line["outcome"].as_str().unwrap(),
            )
        })
        // Sent beside, at no certain moment.
        .filter(|(kind, _)| *kind != "send_verification")
        .collect();
    let expected = [
        ("delete", "done"),
        ("change_password", "migrated"),
        ("forgot_password", "done"),
        ("sign_up", "refused"),
        ("sign_up", "done"),
    ];
    assert_eq!(lines, expected);
    let shown = admin
        .get(&format!("/api/v2/connections/{id}/migration"))
        .await
        .body;
    assert_eq!(shown["attempts"], json!({}));
    assert_eq!(shown["flows"]["sign_up"], json!({"done": 1, "refused": 1}));
    // Ada moved by the link.
    assert_eq!(shown["days"][0]["migrated"], 1);
}

#[tokio::test]
async fn counting_says_what_stands_in_its_way() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    let admin = app.admin().await;
    let connection = format!("/api/v2/connections/{id}");
    let path = format!("{connection}/migration/count");
    let none = admin.post(&path, json!({})).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.body);

    let mut options = admin.get(&connection).await.body["options"].clone();
    for (scripts, status) in [
        (json!({"login": "function login() {}"}), 400),
        (json!({"count": "function count(callback) {}"}), 200),
    ] {
        options["trickle"] = json!({"scripts": scripts});
        let changed = admin.patch(&connection, json!({"options": options})).await;
        assert_eq!(changed.status, status, "{}", changed.body);
    }
    for (outcome, status) in [
        (Outcome::Done(json!(48)), 200),
        (Outcome::BadAnswer("no number".to_owned()), 400),
        (Outcome::Busy, 503),
        (
            Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default()),
            503,
        ),
    ] {
        app.fake.always(outcome.clone());
        let counted = admin.post(&path, json!({})).await;
        assert_eq!(counted.status, status, "{outcome:?}: {}", counted.body);
    }
    let shown = admin.get(&format!("{connection}/migration")).await.body;
    assert_eq!(shown["total"], 48);
    let reason = shown["count_failed"]["reason"].as_str().unwrap();
    assert!(reason.contains("cannot be reached"), "{reason}");
}
