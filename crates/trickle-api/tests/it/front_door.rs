//! Blocks, their settings and what people are told.

use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Application, PASSWORD, TestApp};

const SETTINGS: &str = "/api/v2/attack-protection/brute-force-protection";

async fn login(app: &TestApp, application: &Application, password: &str, ip: &str) -> Answer {
    let request = Request::post("/oauth/token").header("auth0-forwarded-for", ip);
    let body = application.password_realm("legacy", password);
    let answer = app.send(request, Some(body)).await;
    app.engine.settled().await;
    answer
}

async fn impatient() -> (TestApp, Application) {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let trusted = json!({"is_token_endpoint_ip_header_trusted": true});
    app.set_client(&application, trusted).await;
    let id = app.import_connection(&application).await;
    let admin = app.admin().await;
    let mut options = admin.get(&format!("/api/v2/connections/{id}")).await.body["options"].take();
    options["trickle"] = json!({"failures_at_once": true});
    let path = format!("/api/v2/connections/{id}");
    let changed = admin.patch(&path, json!({"options": options})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    app.fake.knows_ada();
    (app, application)
}

#[tokio::test]
async fn too_many_failures_are_told_listed_and_forgiven() {
    let (app, application) = impatient().await;
    let admin = app.admin().await;
    let set = admin.patch(SETTINGS, json!({"max_attempts": 2})).await;
    assert_eq!(set.body["max_attempts"], 2);
    for number in 0..2 {
        let answer = login(&app, &application, &format!("guess {number}"), "192.0.2.1").await;
        assert_eq!(answer.body["error"], "invalid_grant");
    }
    let answer = login(&app, &application, PASSWORD, "192.0.2.1").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let told = json!({
        "error": "too_many_attempts",
        "error_description": "Your account has been blocked after multiple consecutive login attempts.",
    });
    assert_eq!(answer.body, told);
    // From elsewhere the person gets in, and the block of the other address stays.
    let answer = login(&app, &application, PASSWORD, "192.0.2.2").await;
    assert_eq!(answer.status, StatusCode::OK);

    let blocked = json!({"blocked_for": [{"identifier": "ada@example.com", "ip": "192.0.2.1", "connection": "legacy"}]});
    let by_identifier = "/api/v2/user-blocks?identifier=Ada%40example.com";
    assert_eq!(admin.get(by_identifier).await.body, blocked);
    assert_eq!(
        admin.get("/api/v2/user-blocks/auth0%7C42").await.body,
        blocked
    );
    // Some ask for those alone that hold.
    let holding = "consider_brute_force_enablement=true";
    let holding = [
        format!("{by_identifier}&{holding}"),
        format!("/api/v2/user-blocks/auth0%7C42?{holding}"),
    ];
    let none = json!({"blocked_for": []});
    for (set, expected) in [
        (json!({"enabled": false}), &none),
        (json!({"enabled": true}), &blocked),
        (json!({"allowlist": ["192.0.2.0/24"]}), &none),
        (json!({"allowlist": []}), &blocked),
    ] {
        admin.patch(SETTINGS, set).await;
        for path in &holding {
            assert_eq!(admin.get(path).await.body, *expected, "{path}");
        }
        assert_eq!(admin.get(by_identifier).await.body, blocked);
    }
    assert_eq!(
        admin.get("/api/v2/user-blocks/auth0%7C43").await.status,
        StatusCode::NOT_FOUND
    );
    let lifted = admin.delete("/api/v2/user-blocks/auth0%7C42").await;
    assert_eq!(lifted.status, StatusCode::NO_CONTENT);
    assert_eq!(
        admin.get(by_identifier).await.body,
        json!({"blocked_for": []})
    );
    let answer = login(&app, &application, PASSWORD, "192.0.2.1").await;
    assert_eq!(answer.status, StatusCode::OK);

    let lifted = admin.delete(by_identifier).await;
    assert_eq!(lifted.status, StatusCode::NO_CONTENT);
    let log = admin.get("/api/v2/logs?fields=type").await.body;
    let codes: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"limit_wc") && codes.contains(&"ublkdu"),
        "{codes:?}"
    );
}

#[tokio::test]
async fn an_address_that_the_application_names_keeps_a_pace() {
    let (app, application) = impatient().await;
    let admin = app.admin().await;
    let pace = json!({"stage": {"pre-login": {"max_attempts": 2, "rate": 60_000}}});
    let path = "/api/v2/attack-protection/suspicious-ip-throttling";
    let set = admin.patch(path, pace).await;
    assert_eq!(
        set.body["stage"]["pre-login"],
        json!({"max_attempts": 2, "rate": 60_000})
    );
    assert_eq!(
        set.body["stage"]["pre-user-registration"]["max_attempts"],
        50
    );
    for number in 0..2 {
        login(&app, &application, &format!("guess {number}"), "192.0.2.1").await;
    }
    let answer = login(&app, &application, PASSWORD, "192.0.2.1").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let answer = login(&app, &application, PASSWORD, "192.0.2.2").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn settings_are_shown_whole_and_checked() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let defaults = json!({
        "enabled": true, "shields": ["block", "user_notification"], "mode": "count_per_identifier_and_ip",
        "allowlist": [], "max_attempts": 10,
    });
    assert_eq!(admin.get(SETTINGS).await.body, defaults);
    for (body, text) in [
        (
            json!({"max_attempts": 101}),
            "Expected an integer from 1 to 100 on property max_attempts",
        ),
        (
            json!({"shields": "block"}),
            "Expected a list of block and user_notification on property shields",
        ),
        (json!([]), "Expected type object but found type array"),
    ] {
        let answer = admin.patch(SETTINGS, body).await;
        let expected = format!("Payload validation error: '{text}'.");
        assert_eq!(
            (answer.status.as_u16(), &answer.body["message"]),
            (400, &Value::from(expected))
        );
    }
    assert_eq!(admin.get(SETTINGS).await.body, defaults);
    let breached = admin
        .get("/api/v2/attack-protection/breached-password-detection")
        .await;
    assert_eq!(breached.body["enabled"], false);
}

#[tokio::test]
async fn two_changes_at_once_do_not_lose_each_other() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for round in 1..=10 {
        let enabled = round % 2 == 0;
        let (one, two) = tokio::join!(
            admin.patch(SETTINGS, json!({"enabled": enabled})),
            admin.patch(SETTINGS, json!({"max_attempts": round})),
        );
        assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
        let shown = admin.get(SETTINGS).await.body;
        assert_eq!(
            (&shown["enabled"], &shown["max_attempts"]),
            (&json!(enabled), &json!(round))
        );
    }
}
