//! Invitations to organizations.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::{Action, Outcome};

use crate::{
    app::{PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, field, location},
    organizations::{connection, organization, use_organizations},
};

fn invitation(client: &str) -> Value {
    json!({
        "inviter": {"name": "Bill"}, "invitee": {"email": "Grace@example.com"}, "client_id": client,
        "user_metadata": {"desk": "4"}, "app_metadata": {"plan": "gold"},
    })
}

#[tokio::test]
async fn invitations_lead_to_a_membership() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    use_organizations(&app, &application, "require").await;
    let connection = connection(&admin).await;
    let id = organization(&admin, "initech").await;
    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    admin
        .post(&links, json!({"connection_id": connection}))
        .await;
    let path = format!("/api/v2/organizations/{id}/invitations");

    let refused = admin.post(&path, invitation(application.id())).await;
    let message = refused.body["message"].as_str().unwrap();
    assert!(message.contains("default login route"), "{message}");
    let login = json!({"initiate_login_uri": "https://app.test/login"});
    app.set_client(&application, login).await;
    let role = admin.post("/api/v2/roles", json!({"name": "clerk"})).await;
    let mut body = invitation(application.id());
    body["roles"] = json!([role.body["id"]]);
    let made = admin.post(&path, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = made.body;
    assert_eq!(made["roles"], json!([role.body["id"]]));
    let ticket = made["ticket_id"].as_str().unwrap();
    assert_eq!(made["invitee"], json!({"email": "grace@example.com"}));
    let link = format!(
        "https://app.test/login?invitation={ticket}&organization={id}&organization_name=initech"
    );
    assert_eq!(made["invitation_url"], link.as_str());
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.get(&one).await.body, made);
    let listed = admin
        .get(&format!("{path}?fields=id&include_totals=true"))
        .await;
    assert_eq!(listed.body["invitations"], json!([{"id": made["id"]}]));
    let odd = admin.get(&format!("{path}?sort=email:1")).await;
    assert_eq!(odd.body["errorCode"], "invalid_query_string");
    app.engine.drain().await;
    let mails = app.postbox.mails();
    assert_eq!(mails[0].to, "grace@example.com");
    assert_eq!(mails[0].subject, "You are invited to Initech");
    assert!(
        mails[0].text.contains("Bill invites you to Initech"),
        "{}",
        mails[0].text
    );
    assert!(mails[0].text.contains(&link), "{}", mails[0].text);

    // Neither for another address, nor for another organization.
    let asks = [("organization", id.as_str()), ("invitation", ticket)];
    let authorize = url(&application, &asks);
    let mut browser = Browser::new(&app);
    let page = browser.page(&authorize).await;
    let html = page.body.as_str().unwrap();
    let parts = ["action=\"/u/signup\"", "value=\"grace@example.com\""];
    assert!(parts.iter().all(|part| html.contains(part)), "{html}");
    let state = field(&page, "state");
    let fields = [
        ("state", state.as_str()),
        ("username", "ada@example.com"),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/u/login", &fields).await;
    let landing = Landing::of(&location(&answer));
    assert_eq!(
        landing.pairs["error_description"],
        "the invitation is for another email address"
    );
    let other = organization(&admin, "hooli").await;
    let answer = browser
        .get(&url(
            &application,
            &[("organization", &other), ("invitation", ticket)],
        ))
        .await;
    let landing = Landing::of(&location(&answer));
    assert_eq!(
        landing.pairs["error_description"],
        "invitation not found or already used"
    );

    // Grace signs up, and scripts learn for whom.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    app.fake.answers(move |request| {
        let mut log = log.lock().unwrap();
        log.push((request.action, request.context.contains_key("organization")));
        Outcome::NoSuchUser
    });
    let mut browser = Browser::new(&app);
    let page = browser.page(&authorize).await;
    let state = field(&page, "state");
    let fields = [
        ("state", state.as_str()),
        ("email", "grace@example.com"),
        ("username", ""),
        ("password", "a password of 1952"),
    ];
    let answer = browser.post("/u/signup", &fields).await;
    let landing = Landing::of(&location(&answer));
    assert!(landing.pairs.contains_key("code"), "{landing:?}");
    assert!(!seen.lock().unwrap().contains(&(Action::Login, false)));
    let members = admin
        .get(&format!("/api/v2/organizations/{id}/members"))
        .await;
    assert_eq!(
        members.body[0]["email"], "grace@example.com",
        "{}",
        members.body
    );
    let user = members.body[0]["user_id"]
        .as_str()
        .unwrap()
        .replace('|', "%7C");
    let roles = format!("/api/v2/organizations/{id}/members/{user}/roles");
    assert_eq!(admin.get(&roles).await.body, json!([role.body]));
    let user = admin.get(&format!("/api/v2/users/{user}")).await.body;
    assert_eq!(user["user_metadata"], json!({"desk": "4"}));
    assert_eq!(user["app_metadata"], json!({"plan": "gold"}));

    // Once.
    assert_eq!(admin.get(&path).await.body, json!([]));
    let answer = Browser::new(&app).get(&authorize).await;
    let landing = Landing::of(&location(&answer));
    assert_eq!(
        landing.pairs["error_description"],
        "invitation not found or already used"
    );

    // Those who are here log in; those who are taken back are none.
    let made = admin.post(&path, invitation(application.id())).await.body;
    let asks = [
        ("organization", id.as_str()),
        ("invitation", made["ticket_id"].as_str().unwrap()),
    ];
    let page = Browser::new(&app).page(&url(&application, &asks)).await;
    let html = page.body.as_str().unwrap();
    assert!(html.contains("value=\"grace@example.com\""), "{html}");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        admin.get(&one).await.body["errorCode"],
        "inexistent_organization_invitation"
    );
    let mut body = invitation(application.id());
    body["roles"] = json!(["rol_1"]);
    let refused = admin.post(&path, body).await;
    assert_eq!(refused.body["errorCode"], "inexistent_role");
}
