//! Servers that insist on TLS.

use serde_json::json;
use trickle_model::{Action, Outage};
use trickle_testkit::ca::TestCa;

use super::legacy::Legacy;
use crate::verdicts::{failed, outage, profile};

/// Lets the tests' user in over TLS only.
fn require_tls(legacy: &Legacy, template: &str) {
    if template == "postgres" {
        // The server's rules for hosts are a file that a superuser can write.
        let rules = legacy.execute("SHOW hba_file");
        legacy.execute(&format!(
            "COPY (VALUES ('local all all trust'), ('hostssl all all all scram-sha-256')) TO '{}';
             SELECT pg_reload_conf()",
            rules.trim()
        ));
    } else {
        legacy.execute("ALTER USER 'legacy'@'%' REQUIRE SSL");
    }
}

async fn check(template: &'static str) {
    let legacy = Legacy::start(template);
    let ann = json!(["ann@example.org", "ann's password"]);
    require_tls(&legacy, template);

    let trusting = legacy.draft().configure("DB_CA", legacy.ca()).open();
    let report = trusting.run(Action::Login, ann.clone()).await;
    assert_eq!(profile(report)["email"], "ann@example.org");

    let by_name = legacy.draft().configure("DB_CA", legacy.ca());
    let by_name = by_name.configure("DB_HOST", "localhost").open();
    profile(by_name.run(Action::Login, ann.clone()).await);

    let other = TestCa::new();
    let doubting = legacy.draft().configure("DB_CA", other.ca_pem()).open();
    outage(doubting.run(Action::Login, ann.clone()).await, Outage::Tls);

    let plain = legacy.draft().open();
    failed(plain.run(Action::Login, ann).await);
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
