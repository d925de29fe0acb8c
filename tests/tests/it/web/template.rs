//! `templates/basic-auth`.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use trickle_model::{Action, Outage};
use trickle_testkit::ca::TestCa;
use trickle_testkit::http::LegacyService;
use trickle_testkit::tcp::{BlackHole, Garbage, Refused};

use super::service::{Service, TOKEN};
use crate::scripts::{Connection, Draft};
use crate::verdicts::{
    done, egress_denied, failed, no_such_user, outage, profile, refused, too_slow,
    wrong_credentials,
};

fn at(address: SocketAddr) -> Draft {
    Draft::new()
        .template("basic-auth")
        .configure("baseUrl", format!("http://{address}"))
}

fn jane() -> Value {
    json!(["jane@example.com", "legacy password"])
}

#[tokio::test]
async fn a_service_that_only_knows_its_users() {
    let service = LegacyService::start();
    let connection = at(service.addr()).allow_net(service.addr()).open();
    let expected = json!({
        "user_id": "42", "email": "jane@example.com", "email_verified": false, "nickname": "jane",
    });
    let login = async |email: &str, password: &str| {
        connection
            .run(Action::Login, json!([email, password]))
            .await
    };
    assert_eq!(
        profile(login("jane@example.com", "legacy password").await),
        expected
    );
    for (email, password) in [
        ("jane@example.com", "other"),
        ("jane@example.com", ""),
        ("nobody@example.com", "legacy password"),
        ("", ""),
        ("jane:x@example.com", "pä:ss"),
    ] {
        wrong_credentials(login(email, password).await);
    }
    let get_user = async |email: &str| connection.run(Action::GetUser, json!([email])).await;
    assert_eq!(profile(get_user("jane@example.com").await), expected);
    for email in ["nobody@example.com", "a/b?c=d#e@example.com", "../profile"] {
        no_such_user(get_user(email).await);
    }
    assert_eq!(service.hits("/profile"), 6);
}

async fn check_life(connection: &Connection) {
    let run = async |action, arguments| connection.run(action, arguments).await;
    assert_eq!(
        profile(run(Action::Login, jane()).await)["email_verified"],
        true
    );
    let user = json!([{"email": "eve@example.com", "password": "pä:ss", "nickname": "eve"}]);
    done(run(Action::Create, user.clone()).await);
    refused(run(Action::Create, user).await, "user_exists");
    let eve = profile(run(Action::Login, json!(["eve@example.com", "pä:ss"])).await);
    assert_eq!(eve["email_verified"], false);
    assert_eq!(
        done(run(Action::Verify, json!(["eve@example.com"])).await),
        true
    );
    assert_eq!(
        done(run(Action::Verify, json!(["nobody@example.com"])).await),
        false
    );
    let eve = profile(run(Action::GetUser, json!(["eve@example.com"])).await);
    assert_eq!(eve["email_verified"], true);
    let change = json!(["eve@example.com", "new"]);
    assert_eq!(done(run(Action::ChangePassword, change).await), true);
    wrong_credentials(run(Action::Login, json!(["eve@example.com", "pä:ss"])).await);
    let change = json!(["eve@example.com", "jane@example.com", true]);
    refused(run(Action::ChangeEmail, change).await, "user_exists");
    let change = json!(["eve@example.com", "eva@example.com", true]);
    assert_eq!(done(run(Action::ChangeEmail, change).await), true);
    profile(run(Action::Login, json!(["eva@example.com", "new"])).await);
    done(run(Action::Delete, json!([eve["user_id"]])).await);
    done(run(Action::Delete, json!([eve["user_id"]])).await);
    no_such_user(run(Action::GetUser, json!(["eva@example.com"])).await);
}

#[tokio::test]
async fn a_service_that_can_do_everything() {
    let service = Service::plain();
    let draft = at(service.address()).allow_net(service.address());
    check_life(&draft.configure("token", TOKEN).open()).await;
    // Without the token the service refuses the script, which is no verdict on the user.
    let draft = at(service.address()).allow_net(service.address());
    failed(
        draft
            .open()
            .run(Action::GetUser, json!(["jane@example.com"]))
            .await,
    );
}

#[tokio::test]
async fn a_service_with_a_certificate() {
    let ca = TestCa::new();
    let service = Service::encrypted(&ca).await;
    let draft = || {
        at(service.address())
            .allow_net(service.address())
            .configure("token", TOKEN)
            .configure(
                "baseUrl",
                format!("https://localhost:{}", service.address().port()),
            )
    };
    check_life(&draft().configure("ca", ca.ca_pem()).open()).await;
    outage(draft().open().run(Action::Login, jane()).await, Outage::Tls);
    let other = draft().configure("ca", TestCa::new().ca_pem()).open();
    outage(other.run(Action::Login, jane()).await, Outage::Tls);
}

#[tokio::test]
async fn a_service_that_is_down() {
    let down = Refused::start();
    let connection = at(down.addr()).allow_net(down.addr()).open();
    outage(connection.run(Action::Login, jane()).await, Outage::Refused);
    let get_user = json!(["jane@example.com"]);
    outage(
        connection.run(Action::GetUser, get_user).await,
        Outage::Refused,
    );
}

#[tokio::test]
async fn a_service_that_never_answers() {
    let silent = BlackHole::start();
    let draft = at(silent.addr()).allow_net(silent.addr());
    let connection = draft
        .limits(|limits| limits.wall = Duration::from_secs(1))
        .open();
    too_slow(connection.run(Action::Login, jane()).await);
    too_slow(connection.run(Action::Login, jane()).await);
}

#[tokio::test]
async fn a_service_that_speaks_no_http() {
    let garbage = Garbage::start();
    let connection = at(garbage.addr()).allow_net(garbage.addr()).open();
    failed(connection.run(Action::Login, jane()).await);
}

#[tokio::test]
async fn a_service_that_may_not_be_reached() {
    let service = LegacyService::start();
    let connection = at(service.addr()).open();
    egress_denied(connection.run(Action::Login, jane()).await, service.addr());
    assert_eq!(service.hits("/profile"), 0);
}
