//! The end of a migration, the way back, and the end of that.

use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;
use serde_json::{Map, json};
use trickle_engine::{Caller, Kept, MigrationEnd};
use trickle_model::{
    Action, Clock as _, Connection, ConnectionId, ConnectionOptions, Secret, SystemClock,
};
use trickle_store::{NewConnection, Reopening};

use crate::fixture::{Fixture, PASSWORD, found};

/// A connection with a secret, and Ada migrated.
async fn start() -> (Fixture, Connection) {
    let fixture = Fixture::new().await;
    fixture.fake.answers(|request| {
        let email = request.arguments[0].as_str().unwrap();
        found(json!({"user_id": email, "email": email}))
    });
    let options = json!({
        "enabledDatabaseCustomization": true, "import_mode": true, "passwordPolicy": "good",
        "trickle": {"failures_at_once": true},
        "customScripts": {"login": "legacy login", "get_user": "legacy get_user", "delete": "legacy delete"},
    });
    let (options, _) = ConnectionOptions::parse(options.as_object().cloned().unwrap()).unwrap();
    let new = NewConnection {
        id: ConnectionId::from_text("con_legacy"),
        tenant: fixture.tenant.clone(),
        name: "legacy".to_owned(),
        options,
        configuration: BTreeMap::from([("DSN".to_owned(), Secret::new("postgres://legacy"))]),
        enabled_clients: Vec::new(),
        attributes: Map::new(),
    };
    let added = fixture.store.add_connection(&new, SystemClock.now()).await;
    let connection = added.unwrap();
    assert_eq!(
        login(&fixture, &connection, "ada@example.com").await,
        "authenticated"
    );
    (fixture, connection)
}

async fn now_of(fixture: &Fixture, connection: &Connection) -> Connection {
    let found = fixture.store.connection(&connection.tenant, &connection.id);
    found.await.unwrap().unwrap()
}

async fn login(fixture: &Fixture, connection: &Connection, email: &str) -> &'static str {
    let connection = Arc::new(now_of(fixture, connection).await);
    fixture.login(&connection, email, PASSWORD).await.name()
}

#[tokio::test]
async fn native_only_the_migrated_get_in_and_back_everybody_does() {
    let (fixture, connection) = start().await;
    let caller = Caller::default();
    let end = || {
        fixture
            .engine
            .end_migration(&connection, MigrationEnd::Native, 30, &caller)
    };
    assert!(end().await.unwrap());
    assert!(!end().await.unwrap());
    let runs = fixture.fake.runs();
    assert_eq!(
        login(&fixture, &connection, "ada@example.com").await,
        "authenticated"
    );
    assert_eq!(
        login(&fixture, &connection, "bob@example.com").await,
        "wrong_credentials"
    );
    assert_eq!(fixture.fake.runs(), runs);
    let ending = fixture
        .engine
        .migration_ending(&connection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ending.kind, "native");
    assert_eq!(&ending.options, connection.options.as_map());

    let back = fixture.engine.reopen_migration(&connection, &caller).await;
    assert_eq!(back.unwrap(), Reopening::Done);
    let again = now_of(&fixture, &connection).await;
    assert_eq!(again.options, connection.options);
    assert_eq!(
        again.configuration["DSN"].clear.expose(),
        "postgres://legacy"
    );
    assert_eq!(
        login(&fixture, &connection, "bob@example.com").await,
        "authenticated"
    );
    let back = fixture.engine.reopen_migration(&connection, &caller).await;
    assert_eq!(back.unwrap(), Reopening::NotEnded);
}

#[tokio::test]
async fn by_no_ops_the_scripts_know_nobody_and_come_back_as_they_were() {
    let (fixture, connection) = start().await;
    let caller = Caller::default();
    let ended = fixture
        .engine
        .end_migration(&connection, MigrationEnd::NoOps, 30, &caller);
    assert!(ended.await.unwrap());
    let ended = now_of(&fixture, &connection).await;
    let scripts = ended.scripts();
    assert_eq!(scripts.len(), 2);
    for action in [Action::Login, Action::GetUser] {
        assert!(scripts[&action].contains("callback(null, null)"));
        assert_eq!(ended.live[&action].version, 2);
    }
    // What the tenant changes meanwhile stays.
    let mut options = ended.options.as_map().clone();
    options.insert("passwordPolicy".to_owned(), json!("excellent"));
    let change = trickle_store::ConnectionChange {
        options: Some((
            ConnectionOptions::from_stored(options),
            BTreeMap::from([("DSN".to_owned(), trickle_store::ConfigurationInput::Keep)]),
        )),
        ..trickle_store::ConnectionChange::default()
    };
    let now = SystemClock.now();
    let changed = fixture
        .store
        .change_connection(&connection.tenant, &connection.id, &change, now);
    changed.await.unwrap().unwrap();

    let back = fixture.engine.reopen_migration(&connection, &caller).await;
    assert_eq!(back.unwrap(), Reopening::Done);
    let again = now_of(&fixture, &connection).await;
    assert_eq!(again.scripts(), connection.scripts());
    assert_eq!(again.options.as_map()["passwordPolicy"], "excellent");
}

#[tokio::test]
async fn when_the_time_is_over_the_secrets_are_destroyed_and_there_is_no_way_back() {
    let (fixture, connection) = start().await;
    let caller = Caller::default();
    let ended = fixture
        .engine
        .end_migration(&connection, MigrationEnd::Native, 30, &caller);
    assert!(ended.await.unwrap());
    let (store, now) = (&fixture.store, SystemClock.now());
    let early = now + SignedDuration::from_hours(29 * 24);
    assert!(
        store
            .destroy_legacy_secrets(early)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(now_of(&fixture, &connection).await.configuration.len(), 1);
    let late = now + SignedDuration::from_hours(31 * 24);
    let destroyed = store.destroy_legacy_secrets(late).await.unwrap();
    assert_eq!(
        destroyed,
        [(connection.tenant.clone(), connection.id.clone())]
    );
    assert!(now_of(&fixture, &connection).await.configuration.is_empty());
    assert!(store.destroy_legacy_secrets(late).await.unwrap().is_empty());
    let back = fixture.engine.reopen_migration(&connection, &caller).await;
    assert_eq!(back.unwrap(), Reopening::TooLate);
    // The scripts are archived still.
    let ending = fixture
        .engine
        .migration_ending(&connection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ending.options["customScripts"]["login"], "legacy login");

    // Nothing to be reversed: the sweep destroys at once.
    let (fixture, connection) = start().await;
    let ended = fixture
        .engine
        .end_migration(&connection, MigrationEnd::Native, 0, &caller);
    assert!(ended.await.unwrap());
    fixture
        .engine
        .sweep(Kept {
            ledger: SignedDuration::from_hours(24),
            log: SignedDuration::from_hours(24),
        })
        .await
        .unwrap();
    assert!(now_of(&fixture, &connection).await.configuration.is_empty());
    let said = fixture.events().await;
    assert!(
        said[0].description.contains("destroyed"),
        "{}",
        said[0].description
    );
}
