//! The page that asks for the organization.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    app::{Answer, PASSWORD, TestApp},
    authorize::{landed, spa, url},
    browser::{Browser, Landing, field, location},
};

/// What the page's form sends when this is typed.
async fn send(browser: &mut Browser<'_>, page: &Answer, typed: &str) -> Answer {
    let kept = [
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ];
    let kept = kept.map(|name| (name, field(page, name).replace("&amp;", "&")));
    let mut fields: Vec<(&str, &str)> = Vec::new();
    fields.extend(kept.iter().map(|(name, value)| (*name, value.as_str())));
    fields.push(("organization", typed));
    browser.post("/authorize", &fields).await
}

#[tokio::test]
async fn people_name_the_organization_that_the_application_does_not() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let listed = admin.get("/api/v2/connections").await.body;
    let link = json!({"connection_id": listed[0]["id"], "assign_membership_on_login": true});
    let body = json!({"name": "initech", "enabled_connections": [link]});
    admin.post("/api/v2/organizations", body).await;
    let required = json!({"organization_usage": "require"});
    app.set_client(&application, required).await;
    let mut browser = Browser::new(&app);
    let refused = browser.get(&url(&application, &[])).await;
    assert_eq!(landed(&refused).pairs["error"], "invalid_request");

    let prompt = json!({"organization_require_behavior": "pre_login_prompt"});
    app.set_client(&application, prompt).await;
    let silent = browser.get(&url(&application, &[("prompt", "none")])).await;
    assert_eq!(landed(&silent).pairs["error"], "invalid_request");
    let page = browser.get(&url(&application, &[])).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https:"), "{policy}");

    let odd = "\"><b>";
    let again = send(&mut browser, &page, odd).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let html = again.body.as_str().unwrap();
    assert!(html.contains("There is no organization of this name."));
    assert!(html.contains("&quot;&gt;&lt;b&gt;") && !html.contains(odd));

    let next = send(&mut browser, &again, " Initech ").await;
    assert_eq!(next.status, StatusCode::FOUND, "{}", next.body);
    let login = browser.get(&location(&next)).await;
    let state = field(&login, "state");
    let fields = [
        ("state", state.as_str()),
        ("username", "ada@example.com"),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/u/login", &fields).await;
    let pairs = landed(&answer).pairs;
    assert_eq!(pairs["state"], "s t&ate");
    assert!(pairs.contains_key("code"), "{pairs:?}");

    // By the session.
    let page = browser.get(&url(&application, &[])).await;
    let answer = send(&mut browser, &page, "initech").await;
    let pairs = Landing::of(&location(&answer)).pairs;
    assert!(pairs.contains_key("code"), "{pairs:?}");
}
