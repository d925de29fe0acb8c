//! A user's whole life through the scripts of a template.

use serde_json::{Value, json};
use trickle_model::Action;

use super::legacy::Legacy;
use crate::scripts::Connection;
use crate::verdicts::{done, no_such_user, profile, refused, wrong_credentials};

struct Life(Connection);

impl Life {
    async fn login(&self, email: &str, password: &str) -> trickle_model::ExecutionReport {
        self.0.run(Action::Login, json!([email, password])).await
    }

    async fn get_user(&self, email: &str) -> trickle_model::ExecutionReport {
        self.0.run(Action::GetUser, json!([email])).await
    }

    async fn done(&self, action: Action, arguments: Value) -> Value {
        done(self.0.run(action, arguments).await)
    }
}

async fn check(template: &'static str) {
    let legacy = Legacy::start(template);
    let life = Life(legacy.draft().open());

    // Users that are there.
    let ann = profile(life.login("ann@example.org", "ann's password").await);
    let id = ann["user_id"].as_str().unwrap().to_owned();
    let expected = json!({
        "user_id": id, "email": "ann@example.org", "email_verified": true, "nickname": "ann",
    });
    assert_eq!(ann, expected);
    assert_eq!(
        profile(life.login("Ann@Example.org", "ann's password").await),
        expected
    );
    assert_eq!(profile(life.get_user("ann@example.org").await), expected);
    let bob = profile(life.login("bob@example.org", "bob's password").await);
    assert_eq!(bob["email_verified"], false);

    // Passwords and addresses that are not.
    for password in ["", "bob's password", "ann's password ", "ann's passwor"] {
        wrong_credentials(life.login("ann@example.org", password).await);
    }
    for email in ["", "nobody@example.org", "' OR ''='", "%"] {
        wrong_credentials(life.login(email, "ann's password").await);
        no_such_user(life.get_user(email).await);
    }

    // A new user.
    let eve = json!({"email": "eve@example.org", "password": "eve's password", "tenant": "t"});
    assert_eq!(life.done(Action::Create, json!([eve])).await, Value::Null);
    refused(
        life.0.run(Action::Create, json!([eve])).await,
        "user_exists",
    );
    let eve = profile(life.login("eve@example.org", "eve's password").await);
    assert_eq!(
        (&eve["email_verified"], &eve["nickname"]),
        (&json!(false), &json!("eve"))
    );

    // Changes, and the same ones again: they find the user though they change nothing.
    let eves = json!(["eve@example.org"]);
    for _ in 0..2 {
        assert_eq!(life.done(Action::Verify, eves.clone()).await, true);
    }
    let change = json!(["eve@example.org", "eve@example.org", true]);
    assert_eq!(life.done(Action::ChangeEmail, change).await, true);
    assert_eq!(
        life.done(Action::Verify, json!(["nobody@example.org"]))
            .await,
        false
    );
    assert_eq!(
        profile(life.get_user("eve@example.org").await)["email_verified"],
        true
    );
    let change = json!(["eve@example.org", "a new p'ässword 😀"]);
    assert_eq!(life.done(Action::ChangePassword, change).await, true);
    let change = json!(["nobody@example.org", "password"]);
    assert_eq!(life.done(Action::ChangePassword, change).await, false);
    wrong_credentials(life.login("eve@example.org", "eve's password").await);
    let change = json!(["eve@example.org", "eva@example.org", false]);
    assert_eq!(life.done(Action::ChangeEmail, change.clone()).await, true);
    assert_eq!(life.done(Action::ChangeEmail, change).await, false);
    let change = json!(["eva@example.org", "bob@example.org", true]);
    refused(life.0.run(Action::ChangeEmail, change).await, "user_exists");
    let eva = profile(life.login("eva@example.org", "a new p'ässword 😀").await);
    assert_eq!(
        (&eva["user_id"], &eva["email_verified"]),
        (&eve["user_id"], &json!(false))
    );

    // The end.
    let id = json!([eva["user_id"]]);
    assert_eq!(life.done(Action::Delete, id.clone()).await, Value::Null);
    assert_eq!(life.done(Action::Delete, id).await, Value::Null);
    no_such_user(life.get_user("eva@example.org").await);
    profile(life.get_user("bob@example.org").await);
    assert_eq!(legacy.execute("SELECT count(*) FROM users").trim(), "2");
    // Every script has closed its connection while the worker is still there.
    legacy.wait_until_unused();
}

#[tokio::test]
async fn postgres() {
    check("postgres").await;
}

#[tokio::test]
async fn mysql() {
    check("mysql").await;
}

#[tokio::test]
async fn mysql2() {
    check("mysql2").await;
}
