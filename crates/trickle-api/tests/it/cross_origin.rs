//! Pages of other origins: CORS, `/co/authenticate` and the login ticket.

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::{
    app::{Answer, Application, PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, location},
};

fn allowed(headers: &HeaderMap) -> Option<&str> {
    let origin = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    origin.map(|origin| origin.to_str().unwrap())
}

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/co/authenticate")
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    app.send(request, None).await
}

#[tokio::test]
async fn origins_of_the_last_of_many_clients_count() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for n in 0..101 {
        let body =
            json!({"name": format!("c{n}"), "allowed_origins": [format!("https://c{n}.test")]});
        let made = admin.post("/api/v2/clients", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let body = json!({
        "name": "preview", "allowed_origins": ["https://shop-*-x.app.test"], "callbacks": ["https://*.back.test/cb"],
    });
    let made = admin.post("/api/v2/clients", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    for (origin, expected) in [
        ("https://c100.test", true),
        ("https://C100.test", true),
        ("https://c101.test", false),
        ("https://shop-42-x.app.test", true),
        ("https://shop--x.app.test", false),
        ("https://shop-42.app.test", false),
        ("https://a.back.test", true),
        // Stored as they are, and nobody's origin.
        ("https://*.back.test", false),
        ("https://shop-*-x.app.test", false),
        ("https://**.app.test", false),
    ] {
        let answer = preflight(&app, origin).await;
        assert_eq!(allowed(&answer.headers), expected.then_some(origin));
    }
}

#[tokio::test]
async fn a_clients_own_origins_may_call_for_it() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let other = app.application(&[Grant::PasswordRealm], &[]).await;
    app.set_client(&other, json!({"allowed_origins": ["https://*.other.test"]}))
        .await;
    for (origin, expected) in [
        ("https://spa.test", true),
        ("https://app.test", true),
        ("https://a.other.test", true),
        ("https://evil.test", false),
        ("https://spa.test.evil.test", false),
        ("null", false),
    ] {
        let answer = preflight(&app, origin).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(allowed(&answer.headers), expected.then_some(origin));
    }
    let answer = preflight(&app, "https://spa.test").await;
    let headers = answer.headers[header::ACCESS_CONTROL_ALLOW_HEADERS]
        .to_str()
        .unwrap();
    assert!(headers.contains("auth0-client") && headers.contains("content-type"));
    // The answer itself is for the named client's pages.
    for (who, origin, expected) in [
        (&application, "https://spa.test", true),
        (&other, "https://spa.test", false),
        (&other, "https://b.other.test", true),
        (&application, "https://b.other.test", false),
    ] {
        let mut body = who.password_realm("legacy", PASSWORD);
        body.as_object_mut().unwrap().remove("client_secret");
        let request = Request::post("/oauth/token").header(header::ORIGIN, origin);
        let answer = app.send(request, Some(body)).await;
        assert_eq!(
            allowed(&answer.headers),
            expected.then_some(origin),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn pages_can_read_our_failures_too() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    // Nobody here knows the secret.
    let by_secret = json!({"jwt_configuration": {"alg": "HS256"}});
    app.set_client(&application, by_secret).await;
    let mut body = application.password_realm("legacy", PASSWORD);
    body.as_object_mut().unwrap().remove("client_secret");
    body["scope"] = json!("openid");
    let request = Request::post("/oauth/token").header(header::ORIGIN, "https://spa.test");
    let answer = app.send(request, Some(body)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.body["error"], "server_error", "{}", answer.body);
    assert_eq!(allowed(&answer.headers), Some("https://spa.test"));
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
}

#[tokio::test]
async fn pages_of_organizations_may_call_where_the_client_says_so() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::PasswordRealm], &[]).await;
    let made = admin.post("/api/v2/organizations", json!({"name": "initech"}));
    let id = made.await.body["id"].as_str().unwrap().to_owned();
    let origins = json!(["https://{organization_name}.app.test"]);
    let callbacks = json!(["https://{organization_name}.shop.test/cb"]);
    let settings = json!({
        "organization_usage": "allow", "allowed_origins": origins, "callbacks": callbacks,
    });
    app.set_client(&application, settings).await;
    for (origin, expected) in [
        ("https://initech.app.test".to_owned(), true),
        ("https://initech.shop.test".to_owned(), true),
        ("https://initrode.app.test".to_owned(), false),
        ("https://a.initech.app.test".to_owned(), false),
        ("http://initech.app.test".to_owned(), false),
        (format!("https://{id}.app.test"), false),
    ] {
        let answer = preflight(&app, &origin).await;
        let told = allowed(&answer.headers);
        assert_eq!(told, expected.then_some(origin.as_str()));
    }
    app.set_client(&application, json!({"organization_usage": "deny"}))
        .await;
    let answer = preflight(&app, "https://initech.app.test").await;
    assert_eq!(allowed(&answer.headers), None);
}

pub(crate) async fn co(browser: &mut Browser<'_>, origin: &str, body: &Value) -> Answer {
    let request = Request::post("/co/authenticate")
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "application/json");
    browser.send(request, Body::from(body.to_string())).await
}

pub(crate) fn credentials(application: &Application, password: &str) -> Value {
    json!({
        "client_id": application.id(), "username": "ada@example.com", "password": password, "realm": "legacy",
        "credential_type": "http://auth0.com/oauth/grant-type/password-realm",
    })
}

#[tokio::test]
async fn a_login_ticket_works_once_in_its_browser() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let ticket = async |browser: &mut Browser<'_>| {
        let answer = co(
            browser,
            "https://spa.test",
            &credentials(&application, PASSWORD),
        )
        .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(allowed(&answer.headers), Some("https://spa.test"));
        assert_eq!(
            answer.headers[header::ACCESS_CONTROL_ALLOW_CREDENTIALS],
            "true"
        );
        assert!(answer.body["co_id"].is_string() && answer.body["co_verifier"].is_string());
        answer.body["login_ticket"].as_str().unwrap().to_owned()
    };
    let one = ticket(&mut browser).await;
    let authorize = |ticket: &str| {
        url(
            &application,
            &[("login_ticket", ticket), ("realm", "legacy")],
        )
    };
    let mut thief = Browser::new(&app);
    let stolen = thief.get(&authorize(&one)).await;
    assert_eq!(
        Landing::of(&location(&stolen)).pairs["error"],
        "access_denied"
    );
    let two = ticket(&mut browser).await;
    let answer = browser.get(&authorize(&two)).await;
    assert!(Landing::of(&location(&answer)).pairs.contains_key("code"));
    let again = browser.get(&authorize(&two)).await;
    assert_eq!(
        Landing::of(&location(&again)).pairs["error"],
        "access_denied"
    );
}

#[tokio::test]
async fn every_refusal_of_a_cross_origin_login_has_its_body() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let mut with = async |origin: &str, name: &str, value: Value| {
        let mut body = credentials(&application, "wrong");
        if !name.is_empty() {
            body[name] = value;
        }
        let answer = co(&mut browser, origin, &body).await;
        let text = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
        (
            answer.status.as_u16(),
            text("error"),
            text("error_description"),
        )
    };
    let expected =
        |status: u16, error: &str, text: &str| (status, error.to_owned(), text.to_owned());
    let spa = "https://spa.test";
    assert_eq!(
        with(spa, "", Value::Null).await,
        expected(403, "access_denied", "Wrong email or password.")
    );
    assert_eq!(
        with("https://evil.test", "", Value::Null).await,
        expected(
            403,
            "access_denied",
            "Origin is not allowed for this client."
        )
    );
    assert_eq!(with(spa, "realm", json!("nobody")).await.0, 400);
    assert_eq!(with(spa, "password", Value::Null).await.0, 400);
    assert_eq!(
        with(spa, "credential_type", json!("x")).await.1,
        "unsupported_grant_type"
    );
    assert_eq!(with(spa, "client_id", json!("nobody")).await.0, 401);
    app.set_client(&application, json!({"cross_origin_authentication": false}))
        .await;
    assert_eq!(
        with(spa, "", Value::Null).await,
        expected(403, "access_denied", "Cross origin login not enabled.")
    );
}
