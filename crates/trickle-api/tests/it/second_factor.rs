//! Second factors that a legacy user brings.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use axum::http::{Request, StatusCode, header};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use trickle_model::{Grant, Outcome, UnverifiedProfile, UserId};

use crate::{
    app::{Answer, Application, PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, field, location},
    cross_origin::{co, credentials},
    single_sign_on::{second, silently},
    token_password::verified,
};

/// `12345678901234567890` in base32.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// What an authenticator shows so many steps of 30 seconds from now (RFC 6238).
fn code(app: &TestApp, steps: i64) -> String {
    let step = app.engine.clock().now().as_second() / 30 + steps;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890");
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[19] & 15);
    let word = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// What no authenticator shows now.
fn guess(app: &TestApp) -> String {
    let shown = [-1, 0, 1].map(|steps| code(app, steps));
    let mut codes = (0..).map(|number: u32| format!("{number:06}"));
    codes.find(|code| !shown.contains(code)).unwrap()
}

fn brings(app: &TestApp, factors: Value) {
    app.fake.answers(move |request| {
        if request
            .arguments
            .get(1)
            .is_some_and(|typed| typed != PASSWORD)
        {
            return Outcome::WrongCredentials(None);
        }
        Outcome::Profile(UnverifiedProfile::new(json!({
            "user_id": 42, "email": "ada@example.com", "mfa_factors": factors,
        })))
    });
}

fn all() -> Value {
    json!([{"totp": {"secret": SECRET}}, {"phone": {"value": "+15551234567"}}, {"email": {"value": "a@b.c"}}])
}

async fn application(app: &TestApp) -> Application {
    let grants = [Grant::PasswordRealm, Grant::MfaOtp, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    app.import_connection(&application).await;
    brings(app, all());
    application
}

async fn password(app: &TestApp, application: &Application) -> Answer {
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = json!("openid offline_access");
    app.post("/oauth/token", body).await
}

fn otp(application: &Application, token: &Value, otp: &str) -> Value {
    json!({
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-otp", "client_id": application.id(),
        "client_secret": application.secret.expose(), "mfa_token": token, "otp": otp,
    })
}

#[tokio::test]
async fn a_one_time_password_is_asked_for_and_works_once() {
    let app = TestApp::new().await;
    let application = application(&app).await;
    let mut asked = password(&app, &application).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    let token = asked.body["mfa_token"].take();
    assert_json_snapshot!(asked.body, @r#"
    {
      "error": "mfa_required",
      "error_description": "Multifactor authentication required",
      "mfa_requirements": {
        "challenge": [
          {
            "type": "otp"
          }
        ]
      },
      "mfa_token": null
    }
    "#);
    let wrong = app
        .post("/oauth/token", otp(&application, &token, &guess(&app)))
        .await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(wrong.body, @r#"
    {
      "error": "invalid_grant",
      "error_description": "Invalid otp_code."
    }
    "#);
    let shown = code(&app, 0);
    let answer = app
        .post("/oauth/token", otp(&application, &token, &shown))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body["refresh_token"].is_string());
    let id = answer.body["id_token"].as_str().unwrap();
    let claims = verified(&app, id, application.id()).await;
    assert_eq!(
        (&claims["amr"], &claims["sub"]),
        (&json!(["mfa"]), &json!("auth0|42"))
    );
    // Neither the token nor the code works again.
    let again = app
        .post("/oauth/token", otp(&application, &token, &code(&app, 1)))
        .await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let token = password(&app, &application).await.body["mfa_token"].take();
    let replayed = app
        .post("/oauth/token", otp(&application, &token, &shown))
        .await;
    assert_eq!(replayed.status, StatusCode::FORBIDDEN);
    app.engine.settled().await;
    let log = app
        .admin()
        .await
        .get("/api/v2/logs?per_page=20&fields=type")
        .await;
    let log = log.body.to_string();
    for code in [
        "mfar",
        "gd_auth_failed",
        "gd_auth_succeed",
        "sepotpft",
        "fepotpft",
    ] {
        assert!(log.contains(&format!("\"{code}\"")), "{code} {log}");
    }
}

#[tokio::test]
async fn guesses_are_slowed_down() {
    let app = TestApp::new().await;
    let application = application(&app).await;
    let token = password(&app, &application).await.body["mfa_token"].take();
    for _ in 0..10 {
        let wrong = app
            .post("/oauth/token", otp(&application, &token, &guess(&app)))
            .await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    }
    let right = app
        .post("/oauth/token", otp(&application, &token, &code(&app, 0)))
        .await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    // A new token is no new start.
    let token = password(&app, &application).await.body["mfa_token"].take();
    let right = app
        .post("/oauth/token", otp(&application, &token, &code(&app, 0)))
        .await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn factors_are_shown_nowhere_and_bad_ones_stop_the_login() {
    let app = TestApp::new().await;
    let application = application(&app).await;
    brings(&app, json!([{"totp": {"secret": "not base32"}}]));
    let refused = password(&app, &application).await;
    assert_eq!(
        refused.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "{}",
        refused.body
    );
    app.engine.settled().await;
    let admin = app.admin().await;
    let log = admin
        .get("/api/v2/logs?per_page=20&fields=type,description")
        .await;
    let log = log.body.to_string();
    assert!(
        log.contains(r#""description":"Unable to import MFA factors.","type":"fu""#),
        "{log}"
    );

    brings(&app, all());
    password(&app, &application).await;
    let user = admin.get("/api/v2/users/auth0%7C42").await.body.to_string();
    assert!(
        !user.contains("mfa_factors") && !user.contains(SECRET),
        "{user}"
    );
    let id = UserId::from_raw("42");
    let kept = app.store.second_factors(&app.tenant.id, &id).await.unwrap();
    assert_eq!(kept.len(), 3);

    let user = "/api/v2/users/auth0%7C42";
    let methods = admin.get(&format!("{user}/authentication-methods")).await;
    assert!(!methods.body.to_string().contains(SECRET));
    let listed = methods.body.as_array().unwrap();
    let kinds: BTreeSet<&str> = listed
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["email", "phone", "totp"].into());
    let paged = format!("{user}/authentication-methods?include_totals=true&per_page=2&page=1");
    let paged = admin.get(&paged).await.body;
    let expected = json!({
        "start": 2, "limit": 2, "length": 1, "total": 3, "authenticators": [listed[2].clone()],
    });
    assert_eq!(paged, expected);
    let enrollments = admin.get(&format!("{user}/enrollments")).await;
    let enrollments = enrollments.body.as_array().unwrap().clone();
    assert_eq!(enrollments.len(), 3);
    let sms = enrollments.iter().find(|one| one["type"] == "sms").unwrap();
    let id = sms["id"].as_str().unwrap().replace('|', "%7C");
    let one = format!("/api/v2/guardian/enrollments/{id}");
    assert_eq!(&admin.get(&one).await.body, sms);
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    let gone = [admin.get(&one).await, admin.delete(&one).await];
    for answer in gone {
        assert_eq!(answer.body["errorCode"], "inexistent_enrollment");
    }
    let left = admin.get(&format!("{user}/enrollments")).await.body;
    assert_eq!(left.as_array().unwrap().len(), 2);
    let totp = listed.iter().find(|one| one["type"] == "totp").unwrap();
    let one = format!(
        "{user}/authentication-methods/{}",
        totp["id"].as_str().unwrap().replace('|', "%7C")
    );
    assert_eq!(&admin.get(&one).await.body, totp);
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.delete(&one).await.status, StatusCode::NOT_FOUND);
    // Nobody is asked for what is not there any more.
    assert_eq!(password(&app, &application).await.status, StatusCode::OK);
    let all = format!("{user}/authentication-methods");
    assert_eq!(admin.delete(&all).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&all).await.body, json!([]));
}

#[tokio::test]
async fn what_users_have_elsewhere_is_added() {
    let app = TestApp::new().await;
    let grants = [Grant::PasswordRealm, Grant::MfaOtp, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    assert_eq!(password(&app, &application).await.status, StatusCode::OK);
    let admin = app.admin().await;
    let path = "/api/v2/users/auth0%7C42/authentication-methods";
    let phone = json!({"type": "phone", "phone_number": "+15551234567"});
    let totp = json!({"type": "totp", "totp_secret": SECRET, "name": "tablet"});
    for (odd, code) in [
        (json!({}), "invalid_body"),
        (json!({"type": "totp"}), "invalid_body"),
        (
            json!({"type": "totp", "totp_secret": "not base32"}),
            "invalid_body",
        ),
        (
            json!({"type": "phone", "phone_number": "12"}),
            "invalid_body",
        ),
        (
            json!({"type": "email", "email": "a@b.c", "x": 1}),
            "invalid_body",
        ),
        (
            json!({"type": "email", "email": "a@b.c", "name": "x".repeat(101)}),
            "invalid_body",
        ),
        (
            json!({"type": "passkey", "public_key": "x"}),
            "operation_not_supported",
        ),
    ] {
        let refused = admin.post(path, odd.clone()).await;
        assert_eq!(refused.body["errorCode"], code, "{odd}");
    }
    let nobody = "/api/v2/users/nobody/authentication-methods";
    let refused = admin.post(nobody, phone.clone()).await;
    assert_eq!(refused.body["errorCode"], "inexistent_user");
    assert_eq!(admin.get(path).await.body, json!([]));

    let added = admin.post(path, phone.clone()).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!(added.body["phone_number"], "+15551234567");
    assert_eq!(password(&app, &application).await.status, StatusCode::OK);
    let added = admin.post(path, totp).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!(added.body["name"], "tablet");
    assert!(!added.body.to_string().contains(SECRET));
    let listed = admin.get(path).await.body;
    assert!(listed.as_array().unwrap().contains(&added.body), "{listed}");
    let asked = password(&app, &application).await;
    assert_eq!(asked.body["error"], "mfa_required");

    let id = added.body["id"].as_str().unwrap().replace('|', "%7C");
    let one = format!("{path}/{id}");
    let new_name = json!({"name": "laptop", "preferred_authentication_method": "sms"});
    let renamed = admin.patch(&one, new_name).await;
    assert_eq!(renamed.body["name"], "laptop", "{}", renamed.body);
    let kept = admin.patch(&one, json!({})).await;
    assert_eq!(kept.body, renamed.body);
    let odd = admin.patch(&one, json!({"totp_secret": SECRET})).await;
    assert_eq!(odd.body["errorCode"], "invalid_body");
    let gone = admin
        .patch(&format!("{path}/x"), json!({"name": "y"}))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);

    for odd in [
        json!({}),
        json!([{"type": "totp"}]),
        json!(vec![phone.clone(); 11]),
    ] {
        let refused = admin.put(path, odd).await;
        assert_eq!(refused.body["errorCode"], "invalid_body");
    }
    let refused = admin.put(nobody, json!([])).await;
    assert_eq!(refused.body["errorCode"], "inexistent_user");
    let replaced = admin.put(path, json!([phone])).await;
    assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.body);
    assert_eq!(admin.get(path).await.body, replaced.body);
    assert_eq!(replaced.body[0]["type"], "phone");
    assert_eq!(password(&app, &application).await.status, StatusCode::OK);

    for _ in 1..10 {
        let more = admin.post(path, phone.clone()).await;
        assert_eq!(more.status, StatusCode::CREATED, "{}", more.body);
    }
    let full = admin.post(path, phone).await;
    assert_eq!(full.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_page_asks_too() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    brings(&app, all());
    let mut browser = Browser::new(&app);
    let answer = browser
        .log_in(&url(&application, &[]), "ada@example.com", PASSWORD)
        .await;
    let next = location(&answer);
    assert!(next.starts_with("/u/mfa-otp?state="), "{next}");
    assert_eq!(browser.cookie("__Host-trickle_session"), None);
    let page = browser.get(&next).await;
    let state = field(&page, "state");
    let wrong = browser
        .post("/u/mfa-otp", &[("state", &state), ("otp", "123")])
        .await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let spaced = code(&app, 0);
    let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
    let done = browser
        .post("/u/mfa-otp", &[("state", &state), ("otp", &spaced)])
        .await;
    assert!(Landing::of(&location(&done)).pairs.contains_key("code"));
    assert!(browser.cookie("__Host-trickle_session").is_some());
    // The page before the second factor leads nowhere by itself.
    let again = browser
        .post("/u/mfa-otp", &[("state", &state), ("otp", &spaced)])
        .await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_session_is_of_the_connection_whose_password_was_proven() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    second(&app.admin().await, &application).await;
    brings(&app, all());
    let mut browser = Browser::new(&app);
    let typed = credentials(&application, PASSWORD);
    let answer = co(&mut browser, "https://spa.test", &typed).await;
    let ticket = answer.body["login_ticket"].as_str().unwrap();
    let authorize = url(
        &application,
        &[("login_ticket", ticket), ("connection", "second")],
    );
    let asked = browser.get(&authorize).await;
    let page = browser.get(&location(&asked)).await;
    let (state, shown) = (field(&page, "state"), code(&app, 0));
    let proof = [("state", state.as_str()), ("otp", shown.as_str())];
    let done = browser.post("/u/mfa-otp", &proof).await;
    assert!(Landing::of(&location(&done)).pairs.contains_key("code"));
    for (connection, expected) in [("legacy", "code"), ("second", "login_required")] {
        let led_to = silently(&mut browser, &application, &[("connection", connection)]).await;
        assert_eq!(led_to, expected, "{connection}");
    }
}

#[tokio::test]
async fn a_session_from_before_the_second_factor_is_not_enough() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let mut browser = Browser::new(&app);
    let (authorize, ada) = (url(&application, &[]), "ada@example.com");
    browser.log_in(&authorize, ada, PASSWORD).await;
    assert_eq!(silently(&mut browser, &application, &[]).await, "code");
    let path = "/api/v2/users/auth0%7C42/authentication-methods";
    let totp = json!({"type": "totp", "totp_secret": SECRET, "name": "tablet"});
    let added = app.admin().await.post(path, totp).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let led_to = silently(&mut browser, &application, &[]).await;
    assert_eq!(led_to, "login_required");

    let asked = browser.log_in(&authorize, ada, PASSWORD).await;
    let page = browser.get(&location(&asked)).await;
    let (state, shown) = (field(&page, "state"), code(&app, 0));
    let proof = [("state", state.as_str()), ("otp", shown.as_str())];
    let done = browser.post("/u/mfa-otp", &proof).await;
    assert!(Landing::of(&location(&done)).pairs.contains_key("code"));
    assert_eq!(silently(&mut browser, &application, &[]).await, "code");
}

#[tokio::test]
async fn clients_ask_what_the_person_has_before_they_ask_for_it() {
    let app = TestApp::new().await;
    let application = application(&app).await;
    let other = app.application(&[Grant::MfaOtp], &[]).await;
    let asked = password(&app, &application).await;
    let token = asked.body["mfa_token"].as_str().unwrap().to_owned();
    let with_token = |method: &str, path: &str, token: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
    };
    let listed = app
        .send(with_token("GET", "/mfa/authenticators", &token), None)
        .await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.body);
    let mut found = listed.body.as_array().unwrap().clone();
    found.sort_by_key(|one| one["oob_channel"].to_string());
    let shown: Vec<_> = found
        .iter()
        .map(|one| (&one["authenticator_type"], &one["name"], &one["active"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!("oob"), &json!("a@b.c"), &json!(false)),
            (&json!("oob"), &json!("XXXXXXXX4567"), &json!(false)),
            (&json!("otp"), &Value::Null, &json!(true)),
        ]
    );
    assert!(!listed.body.to_string().contains(SECRET));
    // SDKs show those of a kind that is asked for.
    let kind = &asked.body["mfa_requirements"]["challenge"][0]["type"];
    let fits: Vec<_> = found.iter().map(|one| one["type"] == *kind).collect();
    assert_eq!(fits, [false, false, true]);

    let id = found[2]["id"].clone();
    let challenge = |who: &Application, name: &str, value: Value| {
        let mut body = json!({
            "client_id": who.id(), "client_secret": who.secret.expose(), "mfa_token": token,
            "challenge_type": "otp oob", "authenticator_id": id,
        });
        body[name] = value;
        body
    };
    let good = challenge(&application, "x", Value::Null);
    let answer = app.post("/mfa/challenge", good).await;
    assert_eq!(answer.body, json!({"challenge_type": "otp"}));
    for (body, error) in [
        (
            challenge(&application, "challenge_type", json!("oob")),
            "unsupported_challenge_type",
        ),
        (
            challenge(&application, "authenticator_id", found[0]["id"].clone()),
            "invalid_request",
        ),
        (
            challenge(&application, "mfa_token", json!("x")),
            "invalid_grant",
        ),
        (
            challenge(&application, "client_secret", json!("x")),
            "invalid_client",
        ),
        (challenge(&other, "x", Value::Null), "invalid_grant"),
    ] {
        let refused = app.post("/mfa/challenge", body).await;
        assert_eq!(refused.body["error"], error);
    }

    let body = json!({"authenticator_types": ["otp"]});
    let enrolled = app
        .send(with_token("POST", "/mfa/associate", &token), Some(body))
        .await;
    assert_eq!(enrolled.status, StatusCode::FORBIDDEN);
    assert_eq!(
        enrolled.body["error_description"],
        "User is already enrolled."
    );
    for token in ["", "x"] {
        let nobody = app
            .send(with_token("GET", "/mfa/authenticators", token), None)
            .await;
        assert_eq!(nobody.status, StatusCode::FORBIDDEN);
    }
    let nobody = app.get("/mfa/authenticators").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_becomes_a_member_before_the_second_factor() {
    let app = TestApp::new().await;
    let application = application(&app).await;
    let admin = app.admin().await;
    let client = format!("/api/v2/clients/{}", application.id());
    let usage = json!({"organization_usage": "allow"});
    let changed = admin.patch(&client, usage).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let made = json!({"name": "initech"});
    let made = admin.post("/api/v2/organizations", made).await;
    let id = made.body["id"].as_str().unwrap();
    let listed = admin.get("/api/v2/connections").await.body;
    let link = json!({"connection_id": listed[0]["id"], "assign_membership_on_login": true});
    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    let linked = admin.post(&links, link).await;
    assert_eq!(linked.status, StatusCode::CREATED, "{}", linked.body);

    let mut body = application.password_realm("legacy", PASSWORD);
    body["organization"] = json!("initech");
    let asked = app.post("/oauth/token", body).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN, "{}", asked.body);
    let members = format!("/api/v2/organizations/{id}/members");
    assert_eq!(admin.get(&members).await.body, json!([]));
    let proof = otp(&application, &asked.body["mfa_token"], &code(&app, 0));
    let answer = app.post("/oauth/token", proof).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let listed = admin.get(&members).await.body;
    assert_eq!(listed[0]["user_id"], "auth0|42");
}
