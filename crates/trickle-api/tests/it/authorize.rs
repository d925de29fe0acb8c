//! `/authorize`, the login page, and the code's exchange.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use trickle_model::Grant;

use crate::{
    app::{Answer, Application, HOST, PASSWORD, TestApp},
    browser::{Browser, Landing, field, form, location},
    token_password::verified,
};

pub(crate) const CALLBACK: &str = "https://app.test/cb?keep=1";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const ALL_GRANTS: [Grant; 7] = Grant::ALL;

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// A single-page application with a connection that knows Ada.
pub(crate) async fn spa(app: &TestApp) -> Application {
    let application = app.application(&ALL_GRANTS, &[]).await;
    app.set_client(
        &application,
        json!({
            "callbacks": [CALLBACK, "com.example.app://cb", "javascript:alert(1)", "https://*.app.test/cb"],
            "web_origins": ["https://spa.test"], "allowed_logout_urls": ["https://app.test/out"],
            "token_endpoint_auth_method": "none", "cross_origin_authentication": true,
        }),
    )
    .await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    application
}

pub(crate) fn url(application: &Application, more: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut fields = vec![
        ("client_id", application.id()),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile offline_access"),
        ("state", "s t&ate"),
        ("nonce", "n-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    format!("/authorize?{}", form(&fields))
}

fn exchange(application: &Application, code: &str) -> Value {
    json!({
        "grant_type": "authorization_code", "client_id": application.id(), "code": code,
        "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    })
}

fn error(answer: &Answer) -> (u16, String) {
    let code = answer.body["error"].as_str().unwrap().to_owned();
    (answer.status.as_u16(), code)
}

pub(crate) fn landed(answer: &Answer) -> Landing {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    Landing::of(&location(answer))
}

#[tokio::test]
async fn a_person_logs_in_and_the_code_becomes_tokens_once() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let answer = browser
        .log_in(&url(&application, &[]), "ada@example.com", PASSWORD)
        .await;
    let location = location(&answer);
    assert!(
        location.starts_with("https://app.test/cb?keep=1&"),
        "{location}"
    );
    let landing = landed(&answer);
    assert_eq!(landing.pairs["state"], "s t&ate");
    assert_eq!(landing.pairs["iss"], format!("https://{HOST}/"));
    let code = &landing.pairs["code"];

    let tokens = app.post("/oauth/token", exchange(&application, code)).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    assert_eq!(tokens.body["scope"], "openid profile offline_access");
    let id = tokens.body["id_token"].as_str().unwrap();
    let claims = verified(&app, id, application.id()).await;
    assert_eq!(
        (claims["nonce"].as_str(), claims["sub"].as_str()),
        (Some("n-1"), Some("auth0|42"))
    );
    assert!(claims["auth_time"].is_i64());
    let sessions = "/api/v2/users/auth0%7C42/sessions";
    let sessions = app.admin().await.get(sessions).await.body;
    assert!(claims["sid"].is_string());
    assert_eq!(claims["sid"], sessions["sessions"][0]["id"]);
    let cookie = browser.cookie("__Host-trickle_session").unwrap();
    assert_ne!(claims["sid"], cookie);
    let access = tokens.body["access_token"].as_str().unwrap();
    let claims = verified(&app, access, &format!("https://{HOST}/userinfo")).await;
    assert!(claims.get("gty").is_none());

    // The code once more: what it gave works no more.
    let again = app.post("/oauth/token", exchange(&application, code)).await;
    assert_eq!(error(&again), (403, "invalid_grant".into()));
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "refresh_token": tokens.body["refresh_token"],
    });
    let refused = app.post("/oauth/token", refresh).await;
    assert_eq!(error(&refused), (403, "invalid_grant".into()));

    // The browser is known now.
    let silent = browser.get(&url(&application, &[("prompt", "none")])).await;
    assert!(landed(&silent).pairs.contains_key("code"));
    let anew = browser
        .get(&url(&application, &[("prompt", "login")]))
        .await;
    assert_eq!(anew.status, StatusCode::FOUND);
    for max_age in ["-1", "0"] {
        let old = url(&application, &[("max_age", max_age)]);
        let old = browser.get(&old).await;
        assert_eq!(old.status, StatusCode::FOUND, "{max_age}");
    }
    let young = url(&application, &[("max_age", "3600")]);
    let young = browser.get(&young).await;
    assert!(landed(&young).pairs.contains_key("code"));
}

#[tokio::test]
async fn codes_are_bound() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let other = app.application(&ALL_GRANTS, &[]).await;
    let mut browser = Browser::new(&app);
    browser
        .log_in(&url(&application, &[]), "ada@example.com", PASSWORD)
        .await;
    let cases = [
        ("code_verifier", json!("x".repeat(43))),
        ("code_verifier", Value::Null),
        ("redirect_uri", json!("https://app.test/cb")),
        ("redirect_uri", Value::Null),
        ("client_id", json!(other.id())),
        ("code", json!("x")),
    ];
    for (name, value) in cases {
        let answer = browser.get(&url(&application, &[])).await;
        let code = landed(&answer).pairs["code"].clone();
        let mut body = exchange(&application, &code);
        body[name] = value.clone();
        if name == "client_id" {
            body["client_secret"] = json!(other.secret.expose());
        }
        let refused = app.post("/oauth/token", body).await;
        assert_ne!(refused.status, StatusCode::OK, "{name} {value}");
    }
}

#[tokio::test]
async fn only_registered_addresses_are_sent_anything() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    for uri in [
        "https://app.test/cb",
        "https://app.test/cb?keep=1&more=2",
        "https://app.test/cb?keep=1#x",
        "https://a.b.app.test/cb",
        "https://a.app.test/cb?x",
        "https://evil.test/.app.test/cb",
        "https://*.app.test/cb",
        "javascript:alert(1)",
        "https://evil.test/",
        "//evil.test",
    ] {
        for extra in [("prompt", ""), ("prompt", "none"), ("response_type", "x")] {
            let answer = browser
                .get(&url(&application, &[("redirect_uri", uri), extra]))
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri}");
            assert!(answer.headers.get("location").is_none());
        }
    }
    let answer = browser
        .get(&url(&application, &[("client_id", "nobody")]))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    // Without an address the first that is registered.
    let answer = browser
        .get(&url(
            &application,
            &[("redirect_uri", ""), ("prompt", "none")],
        ))
        .await;
    assert_eq!(landed(&answer).address, "https://app.test/cb");
}

#[tokio::test]
async fn patterns_leave_one_label_open() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let admin = app.admin().await;
    let connections = admin.get("/api/v2/connections").await.body;
    let organization = json!({
        "name": "initech", "enabled_connections": [{"connection_id": connections[0]["id"]}],
    });
    let made = admin.post("/api/v2/organizations", organization).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let callbacks = json!([
        "https://*.app.test/cb",
        "https://*.test/cb",
        "https://{organization_name}.shop.test/cb",
        "http://*.localhost:3000/cb",
        "https://app.test/cb",
    ]);
    let settings = json!({
        "callbacks": callbacks, "organization_usage": "allow",
        "allowed_logout_urls": ["https://*.app.test/out", "https://*.com/out"],
    });
    app.set_client(&application, settings).await;
    let mut browser = Browser::new(&app);
    let mut ask = async |uri: &str, organization: &str| {
        let more = [
            ("redirect_uri", uri),
            ("prompt", "none"),
            ("organization", organization),
        ];
        browser.get(&url(&application, &more)).await
    };
    for (uri, organization) in [
        ("https://a.app.test/cb", ""),
        ("http://a.localhost:3000/cb", ""),
        ("https://initech.shop.test/cb", "initech"),
        ("https://initech.shop.test/cb", id.as_str()),
    ] {
        let answer = ask(uri, organization).await;
        let landing = landed(&answer);
        assert_eq!(landing.address, uri);
        assert_eq!(landing.pairs["error"], "login_required", "{uri}");
    }
    for (uri, organization) in [
        ("https://a.test/cb", ""),
        ("https://initech.shop.test/cb", ""),
        ("https://initrode.shop.test/cb", "initech"),
        ("https://initrode.shop.test/cb", "initrode"),
        ("https://{organization_name}.shop.test/cb", "initech"),
        ("http://a.app.test/cb", ""),
    ] {
        let answer = ask(uri, organization).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri}");
    }
    // Nobody is sent to what is left open.
    let answer = ask("", "").await;
    assert_eq!(landed(&answer).address, "https://app.test/cb");

    let mut logout = async |back: &str| {
        let query = form(&[("client_id", application.id()), ("returnTo", back)]);
        browser.get(&format!("/v2/logout?{query}")).await
    };
    let answer = logout("https://a.app.test/out?x").await;
    assert_eq!(location(&answer), "https://a.app.test/out?x");
    let answer = logout("https://evil.com/out").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);

    let usage = json!({"organization_usage": "deny"});
    app.set_client(&application, usage).await;
    let more = [
        ("redirect_uri", "https://initech.shop.test/cb"),
        ("organization", "initech"),
    ];
    let answer = browser.get(&url(&application, &more)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn errors_go_back_to_the_application() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let codes_only = app.application(&[Grant::AuthorizationCode], &[]).await;
    app.set_client(&codes_only, json!({"callbacks": [CALLBACK]}))
        .await;
    let mut browser = Browser::new(&app);
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[("prompt", "none")], "login_required"),
        (&[("response_type", "device")], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (
            &[("response_type", "token"), ("response_mode", "query")],
            "invalid_request",
        ),
        (&[("response_mode", "jwt")], "invalid_request"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (
            &[("response_type", "id_token"), ("nonce", "")],
            "invalid_request",
        ),
        (&[("connection", "nobody")], "invalid_request"),
        (&[("audience", "https://api/")], "access_denied"),
    ];
    for (more, code) in cases {
        let answer = browser.get(&url(&application, more)).await;
        let landing = landed(&answer);
        assert_eq!(landing.pairs["error"], code, "{more:?}");
        assert_eq!(landing.pairs["state"], "s t&ate", "{more:?}");
    }
    let answer = browser
        .get(&url(&codes_only, &[("response_type", "id_token")]))
        .await;
    assert_eq!(landed(&answer).pairs["error"], "unauthorized_client");
    // Twice is nothing: not even whither is sure.
    let twice = format!("{}&client_id=x", url(&application, &[]));
    assert_eq!(browser.get(&twice).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn answers_come_in_every_mode() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    browser
        .log_in(&url(&application, &[]), "ada@example.com", PASSWORD)
        .await;
    let implicit = &[("response_type", "token id_token")];
    let answer = browser.get(&url(&application, implicit)).await;
    assert!(location(&answer).contains("#access_token="));
    let pairs = landed(&answer).pairs;
    let claims = verified(&app, &pairs["id_token"], application.id()).await;
    let digest = Sha256::digest(&pairs["access_token"]);
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&digest[..16]));
    assert!(!pairs.contains_key("refresh_token") && pairs["scope"] == "openid profile");

    let answer = browser
        .get(&url(&application, &[("response_mode", "form_post")]))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(field(&answer, "state"), "s t&amp;ate");
    assert!(field(&answer, "code").len() == 43);
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    // For the empty icon.
    assert!(policy.contains("img-src data:;"), "{policy}");

    let message = [
        ("response_mode", "web_message"),
        ("redirect_uri", "https://spa.test"),
    ];
    let answer = browser.get(&url(&application, &message)).await;
    let html = answer.body.as_str().unwrap();
    assert!(html.contains("data-origin=\"https://spa.test\""), "{html}");
    assert!(html.contains("authorization_response"));
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("frame-ancestors https://spa.test"),
        "{policy}"
    );
}

#[tokio::test]
async fn tokens_for_browsers_live_as_their_api_says() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let api = json!({
        "identifier": "https://shop/", "token_lifetime": 600, "token_lifetime_for_web": 120,
    });
    let made = admin.post("/api/v2/resource-servers", api).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mut browser = Browser::new(&app);
    let more = [("audience", "https://shop/"), ("scope", "profile")];
    let answer = browser
        .log_in(&url(&application, &more), "ada@example.com", PASSWORD)
        .await;
    let code = &landed(&answer).pairs["code"];
    let tokens = app.post("/oauth/token", exchange(&application, code)).await;
    assert_eq!(tokens.body["expires_in"], 600, "{}", tokens.body);

    let implicit = [&more[..], &[("response_type", "token")]].concat();
    let answer = browser.get(&url(&application, &implicit)).await;
    let pairs = landed(&answer).pairs;
    assert_eq!(pairs["expires_in"], "120");
    let claims = verified(&app, &pairs["access_token"], "https://shop/").await;
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 120);
}

#[tokio::test]
async fn the_page_tells_nobody_who_is_there() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let authorize = url(&application, &[("login_hint", "\"><script>")]);
    let page = browser.page(&authorize).await;
    let html = page.body.as_str().unwrap();
    assert!(
        html.contains("value=\"&quot;&gt;&lt;script&gt;\""),
        "{html}"
    );
    for name in ["cache-control", "x-content-type-options", "referrer-policy"] {
        assert!(page.headers.contains_key(name));
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self' https:")
    );
    let mut pages = Vec::new();
    for username in ["ada@example.com", "nobody@example.com"] {
        let answer = browser.log_in(&authorize, username, "wrong").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let html = answer.body.as_str().unwrap().replace(username, "X");
        let state = field(&answer, "state");
        pages.push(html.replace(&state, "S"));
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].contains("Wrong email or password."));
    assert_eq!(browser.cookie("__Host-trickle_session"), None);
}

#[tokio::test]
async fn a_login_goes_on_in_its_own_browser_only() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let page = browser.page(&url(&application, &[])).await;
    let state = field(&page, "state");
    let fields = [
        ("state", state.as_str()),
        ("username", "ada@example.com"),
        ("password", PASSWORD),
    ];
    let mut other = Browser::new(&app);
    let answer = other.post("/u/login", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    other.page(&url(&application, &[])).await;
    let answer = other.post("/u/login", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    browser.forget("__Host-trickle_flow");
    assert_eq!(
        browser.post("/u/login", &fields).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(app.fake.runs(), 0);
}

#[tokio::test]
async fn a_logout_ends_the_session_and_leads_nowhere_else() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let authorize = url(&application, &[]);
    browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    let silent = url(&application, &[("prompt", "none")]);
    let logout = |back: &str| {
        format!(
            "/v2/logout?{}",
            form(&[("client_id", application.id()), ("returnTo", back)])
        )
    };
    let answer = browser.get(&logout("https://app.test/out?x=1")).await;
    assert_eq!(location(&answer), "https://app.test/out?x=1");
    let answer = browser.get(&silent).await;
    assert_eq!(landed(&answer).pairs["error"], "login_required");
    for back in [
        "https://evil.test/",
        "https://app.test/",
        "//evil.test",
        "https://app.test/out/../x",
    ] {
        let answer = browser.get(&logout(back)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{back}");
        assert!(answer.headers.get("location").is_none());
    }
    let answer = browser.get("/v2/logout").await;
    assert_eq!(answer.status, StatusCode::OK);
    let out = json!({"allowed_logout_urls": ["https://*.app.test/out", "https://app.test/out"]});
    app.set_client(&application, out).await;
    for path in ["/v2/logout", "/oidc/logout"] {
        let named = form(&[("client_id", application.id()), ("state", "z")]);
        let answer = browser.get(&format!("{path}?{named}")).await;
        assert_eq!(location(&answer), "https://app.test/out", "{path}");
    }

    // By the ID token, as OpenID Connect has it.
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    let code = &landed(&answer).pairs["code"];
    let tokens = app.post("/oauth/token", exchange(&application, code)).await;
    let hint = tokens.body["id_token"].as_str().unwrap();
    let oidc = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", "https://app.test/out"),
        ("state", "z"),
    ];
    let answer = browser.get(&format!("/oidc/logout?{}", form(&oidc))).await;
    assert_eq!(location(&answer), "https://app.test/out?state=z");
    assert_eq!(browser.cookie("__Host-trickle_session"), None);
    let forged = [
        ("id_token_hint", "x.y.z"),
        ("post_logout_redirect_uri", "https://app.test/out"),
    ];
    let answer = browser
        .get(&format!("/oidc/logout?{}", form(&forged)))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_refresh_tokens() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let answer = browser
        .log_in(&url(&application, &[]), "ada@example.com", PASSWORD)
        .await;
    let code = &landed(&answer).pairs["code"];
    let tokens = app.post("/oauth/token", exchange(&application, code)).await;
    let admin = app.admin().await;
    let changed = admin
        .patch(
            "/api/v2/users/auth0%7C42",
            json!({"password": "Another-horse-9", "connection": "legacy"}),
        )
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let silent = browser.get(&url(&application, &[("prompt", "none")])).await;
    assert_eq!(landed(&silent).pairs["error"], "login_required");
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": application.id(),
        "refresh_token": tokens.body["refresh_token"],
    });
    let refused = app.post("/oauth/token", refresh).await;
    assert_eq!(error(&refused), (403, "invalid_grant".into()));
}
