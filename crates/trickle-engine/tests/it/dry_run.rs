//! A dry run decides as an import does, and writes nothing.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_engine::{How, LoginOutcome};
use trickle_model::{Clock as _, Connection, Profile, SecondFactor, SystemClock, UserId};
use trickle_store::{OnExisting, StoredUser};

use crate::fixture::{Fixture, PASSWORD};

const ADA: &str = "ada@example.com";
/// Another name that the legacy store has for Ada.
const ALIAS: &str = "0042";

/// Somebody who is here before the login.
#[derive(Clone, Copy)]
struct Here {
    id: &'static str,
    email: &'static str,
    /// Of another connection.
    is_neighbour: bool,
    password: Option<&'static str>,
    is_blocked: bool,
    linked_to: Option<&'static str>,
}

const CACHED: Here = Here {
    id: "1",
    email: ADA,
    is_neighbour: false,
    password: None,
    is_blocked: false,
    linked_to: None,
};
const CACHED_BLOCKED: Here = Here {
    is_blocked: true,
    ..CACHED
};
const MOVED: Here = Here {
    email: "before@example.com",
    ..CACHED
};
const NATIVE: Here = Here {
    password: Some(PASSWORD),
    ..CACHED
};
const NATIVE_BLOCKED: Here = Here {
    is_blocked: true,
    ..NATIVE
};
const NEWER: Here = Here {
    password: Some("chosen here"),
    ..CACHED
};
const NEWER_BLOCKED: Here = Here {
    is_blocked: true,
    ..NEWER
};
const STRANGER: Here = Here { id: "2", ..CACHED };
const NATIVE_STRANGER: Here = Here { id: "2", ..NATIVE };
const NEIGHBOUR: Here = Here {
    is_neighbour: true,
    ..NATIVE
};
const NEIGHBOUR_BLOCKED: Here = Here {
    is_blocked: true,
    ..NEIGHBOUR
};
const PRIMARY: Here = Here {
    id: "9",
    email: "grace@example.com",
    ..NEIGHBOUR
};
const PRIMARY_BLOCKED: Here = Here {
    is_blocked: true,
    ..PRIMARY
};
const LINKED: Here = Here {
    linked_to: Some("auth0|9"),
    ..CACHED
};
/// The own block sleeps while it is linked.
const LINKED_BLOCKED: Here = Here {
    is_blocked: true,
    ..LINKED
};
const LINKED_NATIVE: Here = Here {
    linked_to: Some("auth0|9"),
    ..NATIVE
};
const LINKED_NEWER: Here = Here {
    linked_to: Some("auth0|9"),
    ..NEWER
};

#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    here: &'static [Here],
    typed: &'static str,
    is_blocked_there: bool,
    /// As whom, and by whose word in a dry run; or the name of the failure.
    expected: Result<(&'static str, How), &'static str>,
    /// What is written down in a dry run.
    would: Option<&'static str>,
}

const fn case(
    name: &'static str,
    here: &'static [Here],
    typed: &'static str,
    expected: Result<(&'static str, How), &'static str>,
    would: Option<&'static str>,
) -> Case {
    Case {
        name,
        here,
        typed,
        is_blocked_there: false,
        expected,
        would,
    }
}

const fn blocked_there(case: Case) -> Case {
    Case {
        is_blocked_there: true,
        ..case
    }
}

const REHEARSED: Result<(&str, How), &str> = Ok(("auth0|1", How::Rehearsed));
const LEGACY: Result<(&str, How), &str> = Ok(("auth0|1", How::Legacy));
const BY_HASH: Result<(&str, How), &str> = Ok(("auth0|1", How::Native));
const AS_PRIMARY: Result<(&str, How), &str> = Ok(("auth0|9", How::Legacy));
const AS_PRIMARY_BY_HASH: Result<(&str, How), &str> = Ok(("auth0|9", How::Native));
const BLOCKED: Result<(&str, How), &str> = Err("blocked");
const CONFLICT: Result<(&str, How), &str> = Err("conflict");
const WRONG: Result<(&str, How), &str> = Err("wrong_credentials");

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("unknown", &[], ADA, REHEARSED, Some("migrated")),
    blocked_there(case("unknown, blocked there", &[], ADA, BLOCKED, Some("blocked"))),
    case("cached", &[CACHED], ADA, LEGACY, Some("migrated")),
    case("cached, by an alias", &[CACHED], ALIAS, LEGACY, Some("migrated")),
    case("cached, with another address", &[MOVED], ADA, LEGACY, Some("migrated")),
    case("cached and blocked", &[CACHED_BLOCKED], ADA, BLOCKED, Some("blocked")),
    case("cached and blocked, by an alias", &[CACHED_BLOCKED], ALIAS, BLOCKED, Some("blocked")),
    blocked_there(case("cached, blocked there", &[CACHED], ADA, BLOCKED, Some("blocked"))),
    case("native", &[NATIVE], ADA, BY_HASH, None),
    case("native, by an alias", &[NATIVE], ALIAS, BY_HASH, None),
    blocked_there(case("native, blocked there", &[NATIVE], ALIAS, BY_HASH, None)),
    case("native and blocked", &[NATIVE_BLOCKED], ADA, BLOCKED, None),
    case("native and blocked, by an alias", &[NATIVE_BLOCKED], ALIAS, BLOCKED, None),
    case("native, newer password", &[NEWER], ADA, WRONG, None),
    case("native, newer password, by an alias", &[NEWER], ALIAS, WRONG, None),
    case("native and blocked, newer password", &[NEWER_BLOCKED], ALIAS, WRONG, None),
    case("linked", &[PRIMARY, LINKED], ADA, AS_PRIMARY, Some("migrated")),
    case("linked, by an alias", &[PRIMARY, LINKED], ALIAS, AS_PRIMARY, Some("migrated")),
    case("linked, own block", &[PRIMARY, LINKED_BLOCKED], ADA, AS_PRIMARY, Some("migrated")),
    case("linked to blocked", &[PRIMARY_BLOCKED, LINKED], ADA, BLOCKED, Some("blocked")),
    case("linked to blocked, by an alias", &[PRIMARY_BLOCKED, LINKED], ALIAS, BLOCKED, Some("blocked")),
    case("linked and native", &[PRIMARY, LINKED_NATIVE], ALIAS, AS_PRIMARY_BY_HASH, None),
    case("linked and native, newer password", &[PRIMARY, LINKED_NEWER], ALIAS, WRONG, None),
    case("linked to blocked, native", &[PRIMARY_BLOCKED, LINKED_NATIVE], ALIAS, BLOCKED, None),
    case("id of a neighbour", &[NEIGHBOUR], ADA, CONFLICT, Some("conflict")),
    case("id of a blocked neighbour", &[NEIGHBOUR_BLOCKED], ADA, CONFLICT, Some("conflict")),
    case("address of a cached user", &[STRANGER], ADA, CONFLICT, Some("conflict")),
    case("address of a cached user, by an alias", &[STRANGER], ALIAS, CONFLICT, Some("conflict")),
    case("address of a native user", &[NATIVE_STRANGER], ALIAS, CONFLICT, Some("conflict")),
    case("cached, new address is taken", &[MOVED, STRANGER], ALIAS, CONFLICT, Some("conflict")),
];

/// The legacy store's profile has a one-time password.
#[rustfmt::skip]
const WITH_OTP: &[Case] = &[
    case("unknown", &[], ADA, Err("refused"), Some("migrated")),
    case("cached", &[CACHED], ADA, Err("refused"), Some("migrated")),
    case("linked", &[PRIMARY, LINKED], ADA, AS_PRIMARY, Some("migrated")),
];

async fn start(case: &Case, rehearsal: Value) -> (Fixture, Arc<Connection>) {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true,
            "trickle": {"failures_at_once": true, "rehearsal": rehearsal},
        }))
        .await;
    let neighbour = fixture.import_on().await;
    for here in case.here {
        let profile = Profile {
            id: here.id.to_owned(),
            email: Some(here.email.to_owned()),
            blocked: here.is_blocked,
            ..Profile::default()
        };
        let home = if here.is_neighbour {
            &neighbour
        } else {
            &connection
        };
        let id = fixture.db_user(home, profile, here.password).await;
        if let Some(primary) = here.linked_to {
            let primary = UserId::from_text(primary.to_owned());
            fixture.db_link(&primary, &id).await;
        }
    }
    let profile = json!({"user_id": 1, "email": ADA, "blocked": case.is_blocked_there});
    fixture.fake.knows(profile);
    (fixture, connection)
}

/// All that the store has of users, without what counts their logins.
async fn kept(fixture: &Fixture) -> Vec<String> {
    fixture.engine.settled().await;
    let mut kept = Vec::new();
    for id in ["1", "2", "9"] {
        let id = UserId::from_raw(id);
        let stored = fixture.store.stored_user(&fixture.tenant, &id).await;
        let Some(stored) = stored.unwrap() else {
            continue;
        };
        let StoredUser {
            mut user,
            password,
            linked_to,
            ..
        } = stored;
        user.updated_at = user.created_at;
        (user.last_login, user.last_ip, user.logins_count) = (None, None, 0);
        let hash = password.map(|hash| hash.expose().to_owned());
        kept.push(format!("{user:?} {hash:?} {linked_to:?}"));
    }
    kept
}

fn got(outcome: &LoginOutcome) -> Result<(&str, How), &'static str> {
    match outcome {
        LoginOutcome::Authenticated { user, how, .. } => Ok((user.id.as_str(), *how)),
        failed => Err(failed.name()),
    }
}

#[tokio::test]
async fn a_dry_run_refuses_whom_an_import_refuses_and_writes_nothing() {
    for case in CASES {
        for is_dry in [false, true] {
            let rehearsal = if is_dry {
                json!({"dry_run": true})
            } else {
                Value::Null
            };
            let (fixture, connection) = start(case, rehearsal).await;
            let before = kept(&fixture).await;
            let outcome = fixture.login(&connection, case.typed, PASSWORD).await;
            let expected = case.expected.map(|(id, how)| match how {
                How::Legacy | How::Rehearsed if !is_dry => (id, How::Migrated),
                _ => (id, how),
            });
            assert_eq!(got(&outcome), expected, "{}, dry run: {is_dry}", case.name);
            if !is_dry {
                continue;
            }
            assert_eq!(kept(&fixture).await, before, "{}", case.name);
            let rehearsed = fixture.engine.rehearsals(&connection, None, 100).await;
            let (_, found) = rehearsed.unwrap();
            let found: Vec<&str> = found.iter().map(|one| one.other_outcome.as_str()).collect();
            let would: Vec<&str> = case.would.into_iter().collect();
            assert_eq!(found, would, "{}", case.name);
        }
    }
}

#[tokio::test]
async fn nobody_is_let_in_without_the_second_factor_that_an_import_would_keep() {
    let factors = json!([{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}]);
    let profile = json!({"user_id": 1, "email": ADA, "mfa_factors": factors});
    for case in WITH_OTP {
        let (fixture, connection) = start(case, json!({"dry_run": true})).await;
        fixture.fake.knows(profile.clone());
        let outcome = fixture.login(&connection, case.typed, PASSWORD).await;
        assert_eq!(got(&outcome), case.expected, "{}", case.name);
    }
    // One that is kept already is asked for afterwards.
    let (fixture, connection) = start(&WITH_OTP[1], json!({"dry_run": true})).await;
    fixture.fake.knows(profile);
    let factors = SecondFactor::read_list(&factors).unwrap();
    let (tenant, id) = (&fixture.tenant, UserId::from_raw("1"));
    let kept = fixture
        .store
        .add_missing_factors(tenant, &id, &factors, SystemClock.now());
    kept.await.unwrap();
    let outcome = fixture.login(&connection, ADA, PASSWORD).await;
    assert_eq!(got(&outcome), LEGACY);
}

#[tokio::test]
async fn whoever_came_from_a_file_without_an_id_can_be_kept() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true,
            "trickle": {"rehearsal": {"dry_run": true}},
        }))
        .await;
    let row = json!([{"email": ADA}]);
    fixture.import(&connection, row, OnExisting::Refuse).await;
    let stored = fixture.stored(&connection, ADA).await.unwrap();
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    let outcome = fixture.login(&connection, ADA, PASSWORD).await;
    assert_eq!(outcome.name(), "authenticated");
    assert_eq!(outcome.basis(), Some(&stored.basis()));
}
