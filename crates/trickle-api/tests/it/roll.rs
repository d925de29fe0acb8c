//! Who is on the roll and has not moved, and links for them.

use axum::http::{Request, StatusCode, header};
use serde_json::json;
use trickle_model::{Action, Outage, Outcome, ScriptError, UnverifiedProfile};

use crate::app::{PASSWORD, TestApp};

/// Everybody is in the legacy store but Nobody; Ada is not verified there.
fn knows_all_but_nobody(app: &TestApp) {
    app.fake.answers(|request| {
        let identifier = request.arguments[0].as_str().unwrap();
        match request.action {
            Action::Login if request.arguments[1] != PASSWORD => Outcome::WrongCredentials(None),
            _ if identifier.starts_with("nobody") => Outcome::NoSuchUser,
            _ => Outcome::Profile(UnverifiedProfile::new(json!({
                "user_id": identifier, "email": identifier, "email_verified": false,
            }))),
        }
    });
}

#[tokio::test]
async fn stragglers_are_listed_and_get_links() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    knows_all_but_nobody(&app);
    let login = |email: &str, password: &str| {
        let mut order = application.password_realm("legacy", password);
        order["username"] = email.into();
        app.post("/oauth/token", order)
    };
    let answer = login("ada@example.com", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);

    let admin = app.admin().await;
    let migration = format!("/api/v2/connections/{id}/migration");
    let users = [
        "Ada@Example.com",
        " bob@example.com",
        "=cleo@example.com",
        "nobody@example.com",
    ];
    let mut users: Vec<_> = users.map(|name| json!({"identifier": name})).into();
    users[1]["last_seen"] = "2024-01-31T00:00:00Z".into();
    let added = admin
        .post(&format!("{migration}/roll"), json!({"users": users}))
        .await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    let counts = ["total", "listed", "stragglers", "remaining"];
    let counted = counts.map(|name| added.body[name].as_u64().unwrap());
    assert_eq!(counted, [4, 4, 3, 3]);

    let stragglers = format!("{migration}/stragglers");
    let first = admin.get(&format!("{stragglers}?take=2")).await.body;
    let expected = json!([
        {"identifier": "=cleo@example.com", "last_seen": null},
        {"identifier": "bob@example.com", "last_seen": "2024-01-31T00:00:00.000Z"},
    ]);
    assert_eq!(first["stragglers"], expected);
    let path = format!(
        "{stragglers}?take=2&from={}",
        first["next"].as_str().unwrap()
    );
    let second = admin.get(&path).await.body;
    assert_eq!(second["stragglers"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("next"), None);
    let csv = admin.get(&format!("{stragglers}?format=csv")).await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    // A spreadsheet takes no name for a formula.
    assert!(
        csv.body
            .as_str()
            .unwrap()
            .contains("\r\n'=cleo@example.com,\r\n"),
        "{}",
        csv.body
    );

    let tickets = format!("{migration}/tickets");
    let made = admin.post(&tickets, json!({"take": 2})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["next"], "bob@example.com");
    let bob = &made.body["tickets"][1];
    assert_eq!(bob["email"], "bob@example.com");
    let rest = admin
        .post(
            &tickets,
            json!({"from": "bob@example.com", "format": "ndjson"}),
        )
        .await;
    let line = rest.body.clone();
    assert_eq!(line["identifier"], "nobody@example.com");
    assert_eq!(line["ticket"], json!(null));
    assert!(line["reason"].is_string(), "{line}");
    // Nobody is written down before the link is used.
    assert_eq!(
        admin
            .get("/api/v2/users")
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let (_, link) = bob["ticket"].as_str().unwrap().split_once("/u/").unwrap();
    let (_, token) = link.split_once("ticket=").unwrap();
    let form = format!("ticket={token}&password=New-pass-1&again=New-pass-1");
    let request = Request::post("/u/reset-password")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into());
    let done = app.send_raw(request.unwrap()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let answer = login("bob@example.com", "New-pass-1").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    // The link did not come by mail, so that it proves no address.
    let bob = admin
        .get("/api/v2/users/auth0%7Cbob@example.com")
        .await
        .body;
    assert_eq!(bob["email_verified"], false);
    let shown = admin.get(&migration).await.body;
    assert_eq!(shown["stragglers"], 2);

    let cleared = admin.delete(&format!("{migration}/roll")).await;
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&migration).await.body["total"], json!(null));
}

#[tokio::test]
async fn an_outage_ends_a_batch_and_loses_nobody() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    let admin = app.admin().await;
    let migration = format!("/api/v2/connections/{id}/migration");
    let users =
        json!({"users": [{"identifier": "a@example.com"}, {"identifier": "b@example.com"}]});
    admin.post(&format!("{migration}/roll"), users).await;
    app.fake
        .answers(|request| match request.arguments[0].as_str() {
            Some("a@example.com") => Outcome::Profile(UnverifiedProfile::new(
                json!({"user_id": 1, "email": "a@example.com"}),
            )),
            _ => Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default()),
        });
    let made = admin.post(&format!("{migration}/tickets"), json!({})).await;
    assert_eq!(made.body["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(made.body["next"], "a@example.com");
    let order = json!({"from": "a@example.com"});
    let made = admin.post(&format!("{migration}/tickets"), order).await;
    assert_eq!(made.body, json!({"tickets": [], "next": "a@example.com"}));
}

#[tokio::test]
async fn mistakes_are_named() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    let admin = app.admin().await;
    let migration = format!("/api/v2/connections/{id}/migration");
    for (path, body) in [
        ("roll", json!({})),
        ("roll", json!({"users": [{"identifier": " "}]})),
        (
            "roll",
            json!({"users": [{"identifier": "a", "last_seen": "yesterday"}]}),
        ),
        ("roll", json!({"users": [{"email": "a"}]})),
        ("tickets", json!({"take": 51})),
        ("tickets", json!({"ttl_sec": 0})),
        ("tickets", json!({"result_url": "javascript:alert(1)"})),
        ("tickets", json!({"format": "xml"})),
    ] {
        let answer = admin.post(&format!("{migration}/{path}"), body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    }
    let poor = app.actor(&["read:connections"]).await;
    let answer = poor.get(&format!("{migration}/stragglers")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let gone = admin
        .get("/api/v2/connections/con_x/migration/stragglers")
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
