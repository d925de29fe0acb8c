//! What the tenant's log says, and what it must not.

use serde_json::json;
use tokio::task::JoinHandle;
use trickle_model::{ConsoleLine, EventCode, EventId, ExecutionReport, LoadedModule, UserId};

use crate::fixture::{Fixture, PASSWORD, failed, found, report, request, wrong_credentials};

const SECRET: &str = "hunter2 & \"co\"";

#[tokio::test]
async fn the_password_is_in_no_entry() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.reports(|request| {
        let typed = request.arguments[1].as_str().unwrap();
        ExecutionReport {
            console: vec![
                ConsoleLine {
                    level: "log".into(),
                    text: format!("checking {typed}"),
                },
                ConsoleLine {
                    level: "warn".into(),
                    text: json!({"password": typed}).to_string(),
                },
            ],
            ..report(failed("Error", None, &format!("no {typed} here")))
        }
    });
    let outcome = fixture.login(&connection, "ada@example.com", SECRET).await;
    assert!(!format!("{outcome:?}").contains("hunter2"));
    let event = fixture.events().await.remove(0);
    assert!(!format!("{event:?}").contains("hunter2"));
    assert_eq!(event.description, "Error: no *** here");
    assert_eq!(event.user_name.as_deref(), Some("ada@example.com"));
    assert_eq!(event.ip.as_deref(), Some("192.0.2.7"));
    let details = &event.details;
    assert_eq!(
        details["consoleOut"],
        json!([
            {"level": "log", "text": "checking ***"},
            {"level": "warn", "text": "{\"password\":\"***}"},
        ])
    );
    assert_eq!(details["outcome"], "script_error");
    assert_eq!(
        details["latency"],
        json!({"queue_ms": 0, "boot_ms": 0, "script_ms": 0})
    );
    assert!(details["execution_id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_on_while_people_log_in_misses_no_entry() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.answers(|request| {
        let address = &request.arguments[0];
        found(json!({"user_id": address, "email": address}))
    });
    let engine = &fixture.engine;
    let crowd: Vec<_> = (0..40)
        .map(|number| {
            let address = format!("person-{number}@example.com");
            let (engine, request) = (engine.clone(), request(&connection, &address, PASSWORD));
            tokio::spawn(async move { engine.login(request).await.unwrap() })
        })
        .collect();
    let mut seen: Vec<EventId> = Vec::new();
    loop {
        let is_over = crowd.iter().all(JoinHandle::is_finished);
        engine.settled().await;
        let more = engine.read_on(&connection.tenant, seen.last(), 100).await;
        seen.extend(more.unwrap().into_iter().map(|event| event.id));
        if is_over {
            break;
        }
    }
    let mut all: Vec<EventId> = Vec::new();
    all.extend(fixture.events().await.into_iter().map(|event| event.id));
    all.sort();
    assert_eq!(seen, all);
    assert_eq!(all.len(), crowd.len());
}

#[tokio::test]
async fn values_of_the_configuration_are_in_no_entry() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true,
            "import_mode": true,
            "configuration": {"API_KEY": "k3y/with\"quotes", "DEBUG": "true", "PORT": "5432"},
        }))
        .await;
    fixture.fake.reports(|request| {
        let key = request.binding.configuration["API_KEY"].expose();
        let texts = [
            format!("key {key}, debug true, port 5432"),
            json!({"nested": json!({"key": key}).to_string()}).to_string(),
            "GET /?key=k3y%2Fwith%22quotes".to_owned(),
            "Authorization: Basic YXBpOmszeS93aXRoInF1b3Rlcw==".to_owned(),
        ];
        let console = texts.map(|text| ConsoleLine {
            level: "log".into(),
            text,
        });
        ExecutionReport {
            console: console.into(),
            ..report(failed("Error", Some(key), &format!("{key} was refused")))
        }
    });
    let outcome = fixture.login(&connection, "ada@example.com", "guess").await;
    let event = fixture.events().await.remove(0);
    for told in [format!("{outcome:?}"), format!("{event:?}")] {
        assert!(!told.contains("k3y") && !told.contains("szeS93"), "{told}");
    }
    assert_eq!(event.description, "Error: *** was refused");
    let first = &event.details["consoleOut"][0]["text"];
    assert_eq!(first, "key ***, debug true, port 5432");
}

#[tokio::test]
async fn a_connection_gets_the_limits_it_asks_for() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true,
            "import_mode": true,
            "limits": {"cpu_ms": 4000, "wall_ms": 3_600_000},
        }))
        .await;
    fixture.fake.answers(|request| {
        let limits = &request.binding.limits;
        let times = [limits.cpu, limits.wall, limits.grace].map(|time| time.as_secs());
        failed("Error", None, &format!("{times:?}"))
    });
    fixture.login(&connection, "ada@example.com", "guess").await;
    let event = fixture.events().await.remove(0);
    assert_eq!(event.description, "Error: [4, 60, 5]");
}

#[tokio::test]
async fn another_version_of_a_package_is_a_warning() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.reports(|_| ExecutionReport {
        modules: [
            ("pg@8.7.1", "pg@8.16.3"),
            ("bcrypt", "bcrypt@6.0.0"),
            ("@azure/cosmos", "@azure/cosmos@4.0.0"),
        ]
        .map(|(requested, resolved)| LoadedModule {
            requested: requested.into(),
            resolved: resolved.into(),
        })
        .into(),
        ..report(wrong_credentials())
    });
    fixture.login(&connection, "ada@example.com", "guess").await;
    assert_eq!(fixture.codes().await, ["w", "fu"]);
    let warning = &fixture.events().await[1];
    let expected = json!([{"requested": "pg@8.7.1", "resolved": "pg@8.16.3"}]);
    assert_eq!(warning.details["modules"], expected);
}

#[tokio::test]
async fn a_talkative_script_does_not_fill_the_log() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .answers(|_| failed("Error", None, &"ä".repeat(1 << 19)));
    let typed = "x".repeat(10_000);
    fixture.login(&connection, &typed, "guess").await;
    let event = fixture.events().await.remove(0);
    assert_eq!(event.description.chars().count(), 1_024);
    assert_eq!(event.user_name.unwrap().len(), 256);
    let message = event.details["message"].as_str().unwrap();
    assert_eq!(message.chars().count(), 1_024);
}

#[tokio::test]
async fn the_first_argument_of_the_error_decides_between_unknown_and_wrong() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.answers(|_| {
        let trickle_model::Outcome::WrongCredentials(Some(mut error)) = wrong_credentials() else {
            unreachable!()
        };
        error.user_id = Some("42".into());
        error.message = "hash differs".into();
        trickle_model::Outcome::WrongCredentials(Some(error))
    });
    fixture.login(&connection, "ada@example.com", "guess").await;
    let event = fixture.events().await.remove(0);
    assert_eq!(event.code, EventCode::WrongPassword);
    assert_eq!(event.user, Some(UserId::from_raw("42")));
    assert_eq!(event.description, "hash differs");

    fixture.fake.answers(|_| wrong_credentials());
    fixture
        .login(&connection, "ada@example.com", "another")
        .await;
    let event = fixture.events().await.remove(0);
    assert_eq!((event.code, event.user), (EventCode::UnknownUser, None));
    assert_eq!(event.description, "Wrong email or password.");
}
