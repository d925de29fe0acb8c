//! `trickle verify-timing` against a server whose legacy store takes 300 ms.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::block_in_place;
use trickle_testkit::http::LegacyService;

use crate::harness::{Done, Install, Server, legacy_connection, run, user};

/// Enough to see 300 ms in a tenth of the time that the full number takes.
const FEW: u32 = 150;
/// As operators are told to take.
const MANY: u32 = 1000;
/// Chance tells equal kinds apart once in a hundred measurements, and a busy machine oftener, but not so often in a row.
const TRIES: u32 = 3;

struct Measured {
    install: Install,
    server: Server,
    connection: Value,
    _service: LegacyService,
}

impl Measured {
    async fn start() -> Self {
        let mut users = Vec::new();
        for number in 0..20 {
            users.push(user(&number.to_string(), &format!("native{number}")));
            users.push(user(&format!("l{number}"), &format!("legacy{number}")));
        }
        let service = LegacyService::with_users(users);
        let install = Install::new().with_local_net();
        let server = block_in_place(|| install.start());
        let site = server.site();
        let manager = site.manager().await;
        let connection = manager
            .add_connection(legacy_connection("customers", &service))
            .await;
        // Every attempt comes from an address of its own: the client speaks for people.
        let client = format!("/clients/{}", site.credentials.client_id);
        manager
            .patch(
                &client,
                &json!({"is_token_endpoint_ip_header_trusted": true}),
            )
            .await
            .with_status(200);
        for number in 0..20 {
            let (email, password) = (
                format!("native{number}@example.com"),
                format!("native{number}'s password"),
            );
            let answer = site.login("customers", &email, &password).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        service.set_delay(Duration::from_millis(300));
        for kind in ["native", "legacy"] {
            let lines: String = (0..20)
                .map(|number| format!("{kind}{number}@example.com\n"))
                .collect();
            std::fs::write(install.data_dir().join(kind), lines).unwrap();
        }
        Self {
            install,
            server,
            connection,
            _service: service,
        }
    }

    fn verify(&self, samples: u32) -> Done {
        let client = self.server.first_client();
        let url = format!("https://{}", self.server.domain());
        let (ca, folder) = (self.install.ca_out(), self.install.data_dir());
        let (unmigrated, migrated) = (folder.join("legacy"), folder.join("native"));
        block_in_place(|| {
            run(&[
                "verify-timing",
                "--server",
                &url,
                "--client-id",
                &client.client_id,
                "--client-secret",
                &client.client_secret,
                "--ca",
                ca.to_str().unwrap(),
                "--connection",
                "customers",
                "--unmigrated",
                unmigrated.to_str().unwrap(),
                "--migrated",
                migrated.to_str().unwrap(),
                "--samples",
                &samples.to_string(),
                "--at-once",
                "12",
                "--json",
            ])
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "not yet seen to run to its end"]
async fn the_clock_tells_nothing_with_the_grid_and_everything_without() {
    with_and_without(FEW).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn the_clock_tells_nothing_in_a_thousand_samples_of_each() {
    with_and_without(MANY).await;
}

async fn with_and_without(samples: u32) {
    let measured = Measured::start().await;
    let mut tries = (0..TRIES).map(|_| measured.verify(samples));
    let found = tries
        .find(|done| done.code == 0)
        .expect("no try found them alike")
        .json();
    assert_eq!(found["told_apart"], false, "{found}");
    for kind in ["unknown", "unmigrated", "migrated"] {
        assert_eq!(found["kinds"][kind]["samples"], samples);
        assert!(
            found["kinds"][kind]["median_ms"].as_f64().unwrap() >= 500.0,
            "{found}"
        );
    }
    println!("with the grid: {found}");

    let mut options = measured.connection["options"].clone();
    options["trickle"] = json!({"failures_at_once": true});
    let path = format!(
        "/connections/{}",
        measured.connection["id"].as_str().unwrap()
    );
    let manager = measured.server.site().manager().await;
    manager
        .patch(&path, &json!({"options": options}))
        .await
        .with_status(200);
    let found = measured.verify(samples).with_code(1).json();
    assert_eq!(found["told_apart"], true, "{found}");
    println!("without: {found}");
}
