//! Servers that are down, silent, or no database servers at all.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use trickle_model::{Action, ExecutionReport, Outage};
use trickle_testkit::tcp::{BlackHole, Garbage, Refused};

use super::legacy::{Legacy, at};
use crate::scripts::Draft;
use crate::verdicts::{done, egress_denied, failed, outage, too_slow};

const TEMPLATES: [&str; 3] = ["postgres", "mysql", "mysql2"];

async fn login(draft: Draft) -> ExecutionReport {
    let ann = json!(["ann@example.org", "ann's password"]);
    draft.open().run(Action::Login, ann).await
}

fn reachable(template: &str, address: SocketAddr) -> Draft {
    at(template, address).allow_net(address)
}

#[tokio::test]
async fn a_server_that_is_down() {
    let down = Refused::start();
    for template in TEMPLATES {
        outage(
            login(reachable(template, down.addr())).await,
            Outage::Refused,
        );
        let encrypted = reachable(template, down.addr()).configure("DB_CA", "any");
        outage(login(encrypted).await, Outage::Refused);
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    for template in TEMPLATES {
        let draft = Draft::new().template(template);
        let report = login(draft.configure("DB_HOST", "no-such-host.invalid")).await;
        outage(report, Outage::Dns);
    }
}

#[tokio::test]
async fn a_silent_server_takes_one_run_and_not_the_next() {
    let silent = BlackHole::start();
    let address = silent.addr();
    let cases = TEMPLATES.map(|template| async move {
        let connection = reachable(template, address)
            .script(Action::Verify, "(email, callback) => callback(null, true)")
            // The driver has connected by then, also on a busy machine, and waits longer by itself.
            .limits(|limits| limits.wall = Duration::from_secs(5))
            .open();
        let ann = json!(["ann@example.org", "ann's password"]);
        let report = connection.run(Action::Login, ann).await;
        let peer = address.to_string();
        assert!(
            report.waiting.iter().any(|place| place.contains(&peer)),
            "{:?}",
            report.waiting
        );
        too_slow(report);
        let next = connection
            .patient()
            .run(Action::Verify, json!(["ann@example.org"]))
            .await;
        assert_eq!(done(next), true);
    });
    futures::future::join_all(cases).await;
}

#[tokio::test]
async fn a_server_of_another_kind() {
    let garbage = Garbage::start();
    for template in TEMPLATES {
        failed(login(reachable(template, garbage.addr())).await);
        let ca = trickle_testkit::ca::TestCa::new();
        let encrypted = reachable(template, garbage.addr()).configure("DB_CA", ca.ca_pem());
        failed(login(encrypted).await);
    }
}

#[tokio::test]
async fn a_server_that_may_not_be_reached() {
    for template in ["postgres", "mysql2"] {
        let legacy = Legacy::start(template);
        egress_denied(login(legacy.configured()).await, legacy.address());
        assert_eq!(legacy.connections(), 0);
    }
    let nobody = Refused::start();
    egress_denied(login(at("mysql", nobody.addr())).await, nobody.addr());
}

#[tokio::test]
async fn a_server_with_other_credentials() {
    for template in TEMPLATES {
        let legacy = Legacy::start(template);
        // The server's refusal of the script must not look like one of the user.
        failed(login(legacy.draft().configure("DB_PASSWORD", "wrong")).await);
        failed(login(legacy.draft().configure("DB_NAME", "nowhere")).await);
        legacy.execute("DROP TABLE users");
        failed(login(legacy.draft()).await);
        legacy.wait_until_unused();
    }
}
