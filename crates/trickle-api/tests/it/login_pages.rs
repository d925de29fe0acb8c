//! The pages on which people log in and sign up.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    app::{PASSWORD, TestApp},
    authorize::{landed, spa, url},
    browser::{Browser, field},
};

#[tokio::test]
async fn people_sign_up_and_ask_for_a_new_password() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let page = browser
        .page(&url(&application, &[("screen_hint", "signup")]))
        .await;
    let state = field(&page, "state");
    let fill = |email: &'static str, password: &'static str| {
        [
            ("state", state.clone()),
            ("email", email.to_owned()),
            ("password", password.to_owned()),
        ]
    };
    let send = async |browser: &mut Browser<'_>, path: &str, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(path, &fields).await
    };
    let weak = send(&mut browser, "/u/signup", &fill("eve@example.com", "")).await;
    assert_eq!(weak.status, StatusCode::BAD_REQUEST, "{}", weak.body);
    let html = weak.body.as_str().unwrap();
    assert!(html.contains("value=\"eve@example.com\""), "{html}");
    let taken = send(
        &mut browser,
        "/u/signup",
        &fill("ada@example.com", "Correct-horse-9"),
    )
    .await;
    assert_eq!(taken.status, StatusCode::BAD_REQUEST);
    assert!(taken.body.as_str().unwrap().contains("could not be made"));
    let made = send(
        &mut browser,
        "/u/signup",
        &fill("eve@example.com", "Correct-horse-9"),
    )
    .await;
    assert!(landed(&made).pairs.contains_key("code"));

    let answer = send(
        &mut browser,
        "/u/forgot-password",
        &fill("eve@example.com", "")[..2],
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    app.engine.drain().await;
    assert_eq!(
        app.postbox
            .mails()
            .iter()
            .filter(|mail| mail.to == "eve@example.com" && mail.text.contains("/u/reset-password?"))
            .count(),
        1
    );
}

#[tokio::test]
async fn pages_have_the_tenants_colours_and_name() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let admin = app.admin().await;
    let branding =
        json!({"colors": {"primary": "#7a0019"}, "logo_url": "https://cdn.test/logo.svg"});
    for (path, body) in [
        ("/api/v2/branding", branding),
        (
            "/api/v2/tenants/settings",
            json!({"friendly_name": "Acme & Sons"}),
        ),
    ] {
        let changed = admin.patch(path, body).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    }
    let odd = json!({"colors": {"primary": "red;}"}});
    let refused = admin.patch("/api/v2/branding", odd).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let shown = admin.get("/api/v2/branding").await;
    assert_eq!(shown.body["colors"]["primary"], "#7a0019");
    let page = Browser::new(&app).page(&url(&application, &[])).await;
    let html = page.body.as_str().unwrap();
    assert!(html.contains("Acme &amp; Sons") && html.contains("src=\"https://cdn.test/logo.svg\""));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("img-src data: https://cdn.test;"),
        "{policy}"
    );
    for path in ["/v2/logout", "/authorize"] {
        let page = Browser::new(&app).get(path).await;
        let html = page.body.as_str().unwrap();
        let named = html.contains("<p class=\"tenant\">Acme &amp; Sons</p>");
        assert!(named, "{path}: {html}");
    }
    let css = app.get("/u/theme.css").await;
    assert!(css.body.as_str().unwrap().contains("--accent:#7a0019"));
}

#[tokio::test]
async fn nobody_types_more_than_clients_may_send() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let authorize = url(&application, &[]);
    let (name, ada) = ("a".repeat(1_025), "ada@example.com");
    let long = "p".repeat(4_097);
    for (username, password) in [(ada, long.as_str()), (name.as_str(), PASSWORD), (ada, "")] {
        let mut browser = Browser::new(&app);
        let answer = browser.log_in(&authorize, username, password).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let order = json!({"client_id": application.id(), "connection": "legacy", "email": name});
    let refused = app.post("/dbconnections/change_password", order).await;
    assert_eq!(refused.body["code"], "invalid_email", "{}", refused.body);
    app.engine.drain().await;
    assert_eq!(app.fake.runs(), 0);
}
