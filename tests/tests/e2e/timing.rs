//! `trickle verify-timing` against a server whose legacy store takes 300 ms.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::block_in_place;
use trickle_testkit::http::LegacyService;

use crate::harness::{Done, Install, Server, legacy_connection, run, user};

/// Enough to see the legacy store's time; `trickle-bench timing` takes a thousand.
const SAMPLES: u32 = 60;
/// What the legacy store takes, and the grid that follows from it.
const LATENCY_MS: f64 = 300.0;
const STEP_MS: f64 = 500.0;
/// A busy machine makes one kind late now and then, but not so often in a row.
const TRIES: usize = 3;

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
        service.set_delay(Duration::from_secs_f64(LATENCY_MS / 1_000.0));
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

    fn verify(&self) -> Done {
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
                &SAMPLES.to_string(),
                "--at-once",
                "12",
                "--json",
            ])
        })
    }

    /// What is found. A busy machine makes the server turn somebody away now and then, and nothing is found.
    fn found(&self) -> Value {
        let mut done = self.verify();
        for _ in 1..TRIES {
            if matches!(done.code, 0 | 1) {
                break;
            }
            done = self.verify();
        }
        let found = done.json();
        assert_eq!(found["told_apart"], done.code == 1, "{found}");
        found
    }
}

fn of(found: &Value, kind: &str, figure: &str) -> f64 {
    found["kinds"][kind][figure]
        .as_f64()
        .unwrap_or_else(|| panic!("{kind} has no {figure}: {found}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_tells_nothing_with_the_grid_and_everything_without() {
    let measured = Measured::start().await;
    let mut found = Vec::new();
    let mut is_alike = false;
    while !is_alike && found.len() < TRIES {
        let shown = measured.found();
        for kind in ["unknown", "unmigrated", "migrated"] {
            assert_eq!(shown["kinds"][kind]["samples"], SAMPLES);
            // Whatever the machine does, nobody is answered before the first step.
            assert!(of(&shown, kind, "min_ms") >= STEP_MS, "{shown}");
        }
        is_alike = shown["told_apart"] == false;
        found.push(shown);
    }
    assert!(is_alike, "no try found them alike: {found:#?}");

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
    let mut found = measured.found();
    for _ in 1..TRIES {
        if of(&found, "migrated", "min_ms") < LATENCY_MS {
            break;
        }
        found = measured.found();
    }
    assert_eq!(found["told_apart"], true, "{found}");
    // Who is native is answered before the legacy store could have been asked, and nobody else is.
    assert!(of(&found, "migrated", "min_ms") < LATENCY_MS, "{found}");
    for kind in ["unknown", "unmigrated"] {
        assert!(of(&found, kind, "min_ms") >= LATENCY_MS, "{found}");
    }
}
