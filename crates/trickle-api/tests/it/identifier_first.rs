//! Login pages of a tenant that asks for the identifier first.

use axum::http::StatusCode;
use serde_json::json;
use trickle_model::Action;

use crate::{
    app::{Answer, Application, PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, field, location},
};

const ADA: &str = "ada@example.com";

/// A tenant that asks for the identifier first, and an application of it.
async fn tenant() -> (TestApp, Application) {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let prompts = json!({"identifier_first": true});
    let set = app.admin().await.patch("/api/v2/prompts", prompts).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    (app, application)
}

fn html(page: &Answer) -> &str {
    page.body.as_str().unwrap()
}

/// Types the identifier, and comes to the page for the password.
async fn go_on(browser: &mut Browser<'_>, page: &Answer, path: &str, identifier: &str) -> Answer {
    let state = field(page, "state");
    let name = if path == "/u/login" {
        "username"
    } else {
        "email"
    };
    let fields = [("state", state.as_str()), (name, identifier)];
    let answer = browser.post(&format!("{path}/identifier"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let location = location(&answer);
    assert!(
        location.starts_with(&format!("{path}?state=")),
        "{location}"
    );
    browser.get(&location).await
}

async fn prove(browser: &mut Browser<'_>, page: &Answer, password: &str) -> Answer {
    let (state, username) = (field(page, "state"), field(page, "username"));
    let fields = [
        ("state", state.as_str()),
        ("username", username.as_str()),
        ("password", password),
    ];
    browser.post("/u/login", &fields).await
}

#[tokio::test]
async fn the_password_is_asked_for_after_the_identifier() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    let first = browser.page(&url(&application, &[])).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(
        !html(&first).contains("type=\"password\""),
        "{}",
        html(&first)
    );
    let second = go_on(&mut browser, &first, "/u/login", ADA).await;
    let text = html(&second);
    assert!(text.contains("type=\"password\""), "{text}");
    assert!(text.contains("readonly") && text.contains("aria-label=\"Edit email address\""));

    let wrong = prove(&mut browser, &second, "wrong").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(html(&wrong).contains("readonly"), "{}", html(&wrong));
    let right = prove(&mut browser, &wrong, PASSWORD).await;
    assert!(Landing::of(&location(&right)).pairs.contains_key("code"));
}

#[tokio::test]
async fn the_identifier_can_be_changed() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    let first = browser.page(&url(&application, &[])).await;
    let second = go_on(&mut browser, &first, "/u/login", "adda@example.com").await;
    let link = html(&second)
        .split_once("href=\"/u/login/identifier")
        .unwrap()
        .1;
    let link = format!("/u/login/identifier{}", link.split_once('"').unwrap().0);
    let edit = browser.get(&link).await;
    assert_eq!(field(&edit, "username"), "adda@example.com");
    let second = go_on(&mut browser, &edit, "/u/login", ADA).await;
    assert_eq!(field(&second, "username"), ADA);
}

#[tokio::test]
async fn a_hint_skips_the_first_page() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    let page = browser
        .page(&url(&application, &[("login_hint", ADA)]))
        .await;
    assert!(html(&page).contains("type=\"password\""), "{}", html(&page));
    assert_eq!(field(&page, "username"), ADA);
    let more = [("login_hint", "eve@example.com"), ("screen_hint", "signup")];
    let page = browser.page(&url(&application, &more)).await;
    assert!(html(&page).contains("type=\"password\""), "{}", html(&page));
    assert_eq!(field(&page, "email"), "eve@example.com");
}

#[tokio::test]
async fn nothing_tells_who_is_known() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    // Migrated.
    let migrated = browser.log_in(&url(&application, &[]), ADA, PASSWORD).await;
    assert_eq!(migrated.status, StatusCode::SEE_OTHER);
    let mut browser = Browser::new(&app);
    let mut pages = Vec::new();
    for identifier in [ADA, "nobody@example.com"] {
        let first = browser.page(&url(&application, &[])).await;
        let second = go_on(&mut browser, &first, "/u/login", identifier).await;
        let wrong = prove(&mut browser, &second, "wrong").await;
        for page in [second, wrong] {
            let mut text = html(&page).replace(identifier, "X");
            // Each link has a seal of its own.
            while let Some((before, rest)) = text.split_once("state=") {
                let rest = rest.trim_start_matches(|c: char| !"\"> ".contains(c));
                text = format!("{before}S{rest}");
            }
            let state = field(&page, "state");
            pages.push((page.status, text.replace(&state, "S")));
        }
    }
    assert_eq!(pages[..2], pages[2..]);
}

#[tokio::test]
async fn the_look_up_runs_get_user_once_the_page_is_answered() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    app.fake.answers(|request| {
        assert_eq!(
            (request.action, &request.arguments[0]),
            (Action::GetUser, &json!(ADA))
        );
        trickle_model::Outcome::NoSuchUser
    });
    let first = browser.page(&url(&application, &[])).await;
    assert_eq!(app.fake.runs(), 0);
    go_on(&mut browser, &first, "/u/login", ADA).await;
    app.engine.drain().await;
    assert_eq!(app.fake.runs(), 1);
    // A sign-up asks by itself, once the account is to be made.
    let more = [("screen_hint", "signup")];
    let first = browser.page(&url(&application, &more)).await;
    go_on(&mut browser, &first, "/u/signup", "eve@example.com").await;
    app.engine.drain().await;
    assert_eq!(app.fake.runs(), 1);
}

#[tokio::test]
async fn people_sign_up_with_the_address_first() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    let first = browser
        .page(&url(&application, &[("screen_hint", "signup")]))
        .await;
    assert!(
        !html(&first).contains("type=\"password\""),
        "{}",
        html(&first)
    );
    let state = field(&first, "state");
    let bad = [("state", state.as_str()), ("email", "eve")];
    let refused = browser.post("/u/signup/identifier", &bad).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(html(&refused).contains("valid email address"));

    let second = go_on(&mut browser, &refused, "/u/signup", "eve@example.com").await;
    let (state, email) = (field(&second, "state"), field(&second, "email"));
    let fields = [
        ("state", state.as_str()),
        ("email", email.as_str()),
        ("password", "Correct-horse-9"),
    ];
    let made = browser.post("/u/signup", &fields).await;
    assert!(Landing::of(&location(&made)).pairs.contains_key("code"));
}

#[tokio::test]
async fn a_first_page_needs_an_identifier_and_its_browser() {
    let (app, application) = tenant().await;
    let mut browser = Browser::new(&app);
    let first = browser.page(&url(&application, &[])).await;
    let state = field(&first, "state");
    let long = "a".repeat(2_000);
    for identifier in ["", "  ", long.as_str()] {
        let fields = [("state", state.as_str()), ("username", identifier)];
        let answer = browser.post("/u/login/identifier", &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(html(&answer).contains("Please type your email address."));
    }
    let fields = [("state", state.as_str()), ("username", ADA)];
    let mut other = Browser::new(&app);
    let answer = other.post("/u/login/identifier", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(html(&answer).contains("expired"));
    assert_eq!(app.fake.runs(), 0);
}
