//! What is refused before a script runs, and when failures are answered.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::Instant;
use trickle_engine::{Caller, LoginOutcome, LoginRequest};
use trickle_model::{Connection, Outage, Outcome};
use trickle_store::{BRUTE_FORCE, SUSPICIOUS_IP};
use trickle_testkit::wait_for_async;

use crate::fixture::{Fixture, LIMIT, PASSWORD, failed, found, request, user, wrong_credentials};

const ADA: &str = "ada@example.com";

async fn guess(fixture: &Fixture, connection: &Arc<Connection>, number: usize) -> LoginOutcome {
    fixture
        .login(connection, ADA, &format!("guess {number}"))
        .await
}

/// Lets time pass at once.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// A connection with import on (or off) whose failures are answered at once, so that these tests need not wait.
async fn impatient(fixture: &Fixture, import: bool) -> Arc<Connection> {
    fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": import, "trickle": {"failures_at_once": true},
        }))
        .await
}

async fn set(fixture: &Fixture, name: &str, value: serde_json::Value) {
    let set = fixture
        .store
        .put_setting(&fixture.tenant, name, value.as_object().unwrap());
    set.await.unwrap();
}

#[tokio::test]
async fn ten_failures_block_even_the_right_password_and_run_no_more_scripts() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    for number in 0..10 {
        let outcome = guess(&fixture, &connection, number).await;
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
        fixture.engine.settled().await;
    }
    let outcome = fixture
        .login(&connection, " ADA@example.com", PASSWORD)
        .await;
    assert!(matches!(outcome, LoginOutcome::TooManyAttempts));
    assert_eq!(fixture.fake.runs(), 10);
    assert_eq!(fixture.events().await[0].code.as_str(), "limit_wc");

    // From elsewhere the person gets in.
    let elsewhere = LoginRequest {
        caller: Caller {
            ip: Some("198.51.100.1".into()),
            ..Caller::default()
        },
        ..request(&connection, ADA, PASSWORD)
    };
    user(fixture.engine.login(elsewhere.clone()).await.unwrap());

    let ids = [ADA.to_uppercase()];
    let blocks = fixture.engine.blocks(&fixture.tenant, &ids).await.unwrap();
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].ip.as_deref(), Some("192.0.2.7"));
    let nobody = Caller::default();
    let lifted = fixture
        .engine
        .lift_blocks(&fixture.tenant, &ids, None, &nobody);
    lifted.await.unwrap();
    assert_eq!(fixture.events().await[0].code.as_str(), "ublkdu");
    user(fixture.login(&connection, ADA, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_different_guesses_does_not_get_past_the_count() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    fixture.fake.answers(|_| wrong_credentials());
    let storm = (0..200).map(|number| {
        let engine = fixture.engine.clone();
        let request = request(&connection, ADA, &format!("guess {number}"));
        tokio::spawn(async move { engine.login(request).await.unwrap() })
    });
    let mut blocked = 0;
    for login in storm.collect::<Vec<_>>() {
        blocked += usize::from(matches!(
            login.await.unwrap(),
            LoginOutcome::TooManyAttempts
        ));
    }
    assert!(fixture.fake.runs() <= 10, "{} scripts", fixture.fake.runs());
    assert!(blocked >= 190, "{blocked} blocked");
}

#[tokio::test]
async fn a_success_forgets_and_an_outage_never_counts() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    set(&fixture, BRUTE_FORCE, json!({"max_attempts": 3})).await;
    fixture
        .fake
        .answers(|_| failed("Error", Some("ECONNREFUSED"), "down"));
    for number in 0..4 {
        let outcome = guess(&fixture, &connection, number).await;
        assert!(matches!(outcome, LoginOutcome::LegacyStoreDown(_)));
    }
    fixture.fake.answers(|_| Outcome::DidNotAnswer);
    for number in 0..4 {
        let outcome = guess(&fixture, &connection, number).await;
        assert!(matches!(outcome, LoginOutcome::ScriptFailed(_)));
    }
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    for round in 0..3 {
        for number in 0..2 {
            let outcome = guess(&fixture, &connection, 10 * round + number).await;
            assert!(matches!(outcome, LoginOutcome::WrongCredentials));
            fixture.engine.settled().await;
        }
        user(fixture.login(&connection, ADA, PASSWORD).await);
        fixture.engine.settled().await;
    }
}

#[tokio::test]
async fn failures_of_a_whole_account_and_of_allowed_addresses() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    fixture.fake.answers(|_| wrong_credentials());
    let from = |ip: &str, number: usize| LoginRequest {
        caller: Caller {
            ip: Some(ip.into()),
            ..Caller::default()
        },
        ..request(&connection, ADA, &format!("guess {number}"))
    };
    let account =
        json!({"max_attempts": 2, "mode": "count_per_identifier", "allowlist": ["203.0.113.0/24"]});
    set(&fixture, BRUTE_FORCE, account).await;
    for number in 0..5 {
        let allowed = from("203.0.113.9", number);
        let outcome = fixture.engine.login(allowed).await.unwrap();
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
    }
    for (number, ip) in ["192.0.2.1", "192.0.2.2"].into_iter().enumerate() {
        let outcome = fixture.engine.login(from(ip, 10 + number)).await.unwrap();
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
        fixture.engine.settled().await;
    }
    let outcome = fixture.engine.login(from("192.0.2.3", 20)).await.unwrap();
    assert!(matches!(outcome, LoginOutcome::TooManyAttempts));
    set(&fixture, BRUTE_FORCE, json!({"enabled": false})).await;
    let outcome = fixture.engine.login(from("192.0.2.3", 21)).await.unwrap();
    assert!(matches!(outcome, LoginOutcome::WrongCredentials));
}

#[tokio::test]
async fn an_address_that_guesses_at_many_is_slowed_down() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    fixture.fake.answers(|_| wrong_credentials());
    set(
        &fixture,
        SUSPICIOUS_IP,
        json!({"stage": {"pre-login": {"max_attempts": 3, "rate": 60_000}}}),
    )
    .await;
    let by_person = |number: usize, is_persons_address| LoginRequest {
        caller: Caller {
            ip: Some("192.0.2.1".into()),
            is_persons_address,
            ..Caller::default()
        },
        ..request(&connection, &format!("user{number}@example.com"), "guess")
    };
    // The address of an application stands for all its users.
    for number in 0..5 {
        let outcome = fixture
            .engine
            .login(by_person(number, false))
            .await
            .unwrap();
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
    }
    for number in 10..13 {
        let outcome = fixture.engine.login(by_person(number, true)).await.unwrap();
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
        fixture.engine.settled().await;
    }
    let outcome = fixture.engine.login(by_person(20, true)).await.unwrap();
    assert!(matches!(outcome, LoginOutcome::Throttled));
    assert_eq!(fixture.events().await[0].code.as_str(), "limit_mu");
}

#[tokio::test]
async fn a_store_that_is_down_is_not_asked_for_a_while() {
    let fixture = Fixture::new().await;
    let connection = impatient(&fixture, true).await;
    fixture
        .fake
        .answers(|_| failed("Error", Some("ECONNREFUSED"), "down"));
    for number in 0..5 {
        guess(&fixture, &connection, number).await;
    }
    assert_eq!(fixture.fake.runs(), 5);
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    let outcome = fixture.login(&connection, ADA, PASSWORD).await;
    assert!(matches!(
        outcome,
        LoginOutcome::LegacyStoreDown(Outage::BreakerOpen)
    ));
    assert_eq!(fixture.fake.runs(), 5);

    pass(Duration::from_secs(6)).await;
    user(fixture.login(&connection, ADA, PASSWORD).await);
    let warnings = fixture.events().await;
    let warnings = warnings.iter().filter(|event| event.code.as_str() == "w");
    let texts: Vec<&str> = warnings.map(|event| event.description.as_str()).collect();
    assert_eq!(
        texts,
        [
            "The legacy store answers again",
            "The legacy store is down; it is not asked for 5 s"
        ]
    );
}

#[tokio::test]
async fn the_same_refusal_is_not_asked_for_twice_at_once() {
    let fixture = Fixture::new().await;
    for connection in [
        impatient(&fixture, true).await,
        impatient(&fixture, false).await,
    ] {
        fixture.fake.answers(|_| wrong_credentials());
        let before = fixture.fake.runs();
        for _ in 0..3 {
            let outcome = guess(&fixture, &connection, 1).await;
            assert!(matches!(outcome, LoginOutcome::WrongCredentials));
        }
        assert_eq!(fixture.fake.runs(), before + 1);
        // All three count.
        fixture.engine.settled().await;
        let failures = fixture
            .store
            .failures_of(&fixture.tenant, ADA)
            .await
            .unwrap();
        assert!(
            failures
                .iter()
                .any(|one| one.connection == connection.id && one.failures.count == 3)
        );
        pass(Duration::from_secs(6)).await;
        guess(&fixture, &connection, 1).await;
        assert_eq!(fixture.fake.runs(), before + 2);
    }
}

#[tokio::test]
async fn failures_are_answered_on_a_grid_and_successes_at_once() {
    let fixture = Fixture::new().await;
    let step = Duration::from_millis(250);
    let connection = fixture.import_on().await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    user(fixture.login(&connection, ADA, PASSWORD).await);
    let success = quickest(async || {
        user(fixture.login(&connection, ADA, PASSWORD).await);
    });
    assert!(success.await < step);
    for (identifier, password) in [
        (ADA, "guess"),
        ("unknown@example.com", "guess"),
        (ADA, "other"),
    ] {
        let began = Instant::now();
        fixture.login(&connection, identifier, password).await;
        assert!(began.elapsed() >= step, "{:?}", began.elapsed());
    }
    let at_once = impatient(&fixture, true).await;
    let failure = quickest(async || {
        fixture.login(&at_once, ADA, "guess").await;
    });
    assert!(failure.await < step);
}

/// The shortest of a few times: a busy machine is late now and then.
async fn quickest(login: impl AsyncFn()) -> Duration {
    let mut shortest = Duration::MAX;
    for _ in 0..4 {
        let began = Instant::now();
        login().await;
        shortest = shortest.min(began.elapsed());
    }
    shortest
}

#[tokio::test(flavor = "multi_thread")]
async fn of_guesses_at_once_the_second_waits_for_natives_as_for_others() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    user(fixture.login(&connection, ADA, PASSWORD).await);
    // A legacy store that takes so long makes steps of half a second.
    let (latency, step) = (Duration::from_millis(300), Duration::from_millis(500));
    fixture.fake.shut();
    let engine = fixture.engine.clone();
    let slow = request(&connection, "unknown@example.com", "guess");
    let slow = tokio::spawn(async move { engine.login(slow).await.unwrap() });
    wait_for_async(LIMIT, async || fixture.fake.runs() == 2).await;
    tokio::time::sleep(latency).await;
    fixture.fake.open();
    slow.await.unwrap();

    let runs = fixture.fake.runs();
    // A busy machine is late now and then, but not so often in a row.
    for round in 1..=3 {
        let began = Instant::now();
        let guesses: Vec<_> = ["one", "other"]
            .into_iter()
            .map(|guess| {
                let password = format!("{guess} {round}");
                let (engine, request) =
                    (fixture.engine.clone(), request(&connection, ADA, &password));
                tokio::spawn(async move {
                    let outcome = engine.login(request).await.unwrap();
                    assert!(matches!(outcome, LoginOutcome::WrongCredentials));
                    began.elapsed()
                })
            })
            .collect();
        user(fixture.login(&connection, ADA, PASSWORD).await);
        let at_once = began.elapsed();
        let mut last = Duration::ZERO;
        for guess in guesses {
            last = last.max(guess.await.unwrap());
        }
        assert!(last >= 2 * step, "{last:?}");
        assert_eq!(fixture.fake.runs(), runs);
        if at_once < step {
            return;
        }
    }
    panic!("who knew the password had to wait as well, every time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legacy_store_is_asked_no_oftener_at_once_than_it_bears() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true, "trickle": {"runs_at_once": 2},
        }))
        .await;
    fixture.fake.answers(|request| {
        let email = request.arguments[0].as_str().unwrap();
        found(json!({"user_id": email, "email": email}))
    });
    fixture.fake.shut();
    let crowd: Vec<_> = (0..6)
        .map(|number| {
            let (engine, email) = (fixture.engine.clone(), format!("user{number}@example.com"));
            let request = request(&connection, &email, PASSWORD);
            tokio::spawn(async move { engine.login(request).await.unwrap() })
        })
        .collect();
    wait_for_async(LIMIT, async || {
        fixture.fake.runs() == 2 && fixture.engine.first_logins_under_way() == 6
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fixture.fake.runs(), 2);
    fixture.fake.open();
    for login in crowd {
        assert_eq!(login.await.unwrap().name(), "authenticated");
    }
    assert_eq!(fixture.fake.runs(), 6);
}
