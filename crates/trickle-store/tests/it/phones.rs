//! Telephone numbers as identifiers.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trickle_model::{
    ConnectionOptions, IdentifierKind, Precedence, Profile, ScriptSave, Secret, UserId,
};
use trickle_store::{
    AddUser, AdoptUser, ConnectionChange, ExistingUser, RefreshProfile, RollEntry, TakenKey,
    UserEdit,
};

use crate::db::{HASH, TestDb, World, at, object, on_both, profile};

on_both![
    nobody_is_found_by_a_number_that_is_no_identifier,
    a_number_belongs_to_one_user,
    the_oldest_keeps_a_number_that_was_shared,
    turning_the_option_off_frees_the_numbers,
    a_change_takes_no_number_of_somebody_else,
    the_order_decides_between_a_number_and_a_name,
    a_database_from_before_gets_its_keys_when_it_opens,
    whoever_has_the_number_has_moved,
];

const NUMBER: &str = "+4930123456";

fn options(active: bool) -> ConnectionOptions {
    let options = json!({
        "attributes": {"email": {}, "phone_number": {"identifier": {"active": active}}},
    });
    ConnectionOptions::from_stored(object(options))
}

/// Whether people log in by their numbers.
pub async fn say(world: &World, active: bool) {
    let change = ConnectionChange {
        options: Some((options(active), BTreeMap::new())),
        saved: ScriptSave::default(),
        ..ConnectionChange::default()
    };
    let (tenant, id) = (&world.tenant, &world.connection);
    let changed = world.store.change_connection(tenant, id, &change, at(1));
    assert!(changed.await.unwrap().is_some());
}

fn called(id: &str, email: &str, number: &Value) -> Profile {
    Profile {
        attributes: object(json!({"phone_number": number})),
        ..profile(id, Some(email), None)
    }
}

/// Later ids are younger.
async fn add(world: &World, id: i64, number: &Value) -> AddUser {
    let new = world.new_user(called(&id.to_string(), &format!("u{id}@x.y"), number));
    let hash = Secret::new(HASH);
    let added = world.store.add_user(&new, Some(&hash), None, at(id));
    added.await.unwrap()
}

async fn holder(world: &World, number: &str) -> Option<String> {
    let found = world.find(number).await?;
    Some(found.user.id.raw().to_owned())
}

fn number_of(raw: &str) -> ExistingUser {
    ExistingUser {
        id: UserId::from_raw(raw),
        by: TakenKey::PhoneNumber,
    }
}

async fn edit(world: &World, raw: &str, edit: &UserEdit) -> RefreshProfile {
    let id = UserId::from_raw(raw);
    let edited = world.store.edit_user(&world.tenant, &id, edit, at(50));
    edited.await.unwrap()
}

fn new_number(number: &Value) -> UserEdit {
    UserEdit {
        attributes: object(json!({"phone_number": number})),
        ..UserEdit::default()
    }
}

async fn nobody_is_found_by_a_number_that_is_no_identifier(db: &TestDb) {
    let world = db.world().await;
    for id in 1..=2 {
        let added = add(&world, id, &json!(NUMBER)).await;
        assert!(matches!(added, AddUser::Added(_)));
    }
    assert_eq!(holder(&world, NUMBER).await, None);
    let shared = edit(&world, "1", &new_number(&json!("+1"))).await;
    assert!(matches!(shared, RefreshProfile::Refreshed(_)));
    assert_eq!(holder(&world, "+1").await, None);
}

async fn a_number_belongs_to_one_user(db: &TestDb) {
    let world = db.world().await;
    say(&world, true).await;
    let first = add(&world, 1, &json!(" +49 (30) 123-456")).await;
    let AddUser::Added(user) = first else {
        panic!("nobody is there yet")
    };
    assert_eq!(user.attributes["phone_number"], " +49 (30) 123-456");
    assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("1"));
    let second = add(&world, 2, &json!(NUMBER)).await;
    assert!(matches!(second, AddUser::Exists(other) if other == number_of("1")));
    assert_eq!(db.db_count("users").await, 1);
    for (id, number) in [(3, json!("030 123456")), (4, json!(4930)), (5, json!(null))] {
        let added = add(&world, id, &number).await;
        assert!(matches!(added, AddUser::Added(_)), "{number}");
    }
    assert_eq!(holder(&world, "030 123456").await, None);
}

async fn the_oldest_keeps_a_number_that_was_shared(db: &TestDb) {
    let world = db.world().await;
    for (id, number) in [
        (3, json!(NUMBER)),
        (2, json!("+49 30 123-456")),
        (4, json!("+1")),
        (5, json!("+12345678901234567")),
        (6, json!("+49x")),
        (7, json!("4930")),
        (8, json!(4930)),
        (9, json!({"+1": "+1"})),
    ] {
        add(&world, id, &number).await;
    }
    say(&world, true).await;
    assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("2"));
    assert_eq!(holder(&world, "+1").await.as_deref(), Some("4"));
    assert_eq!(db.db_count("users WHERE phone_key IS NOT NULL").await, 2);

    // The other one can be changed, and gets the number when it is free.
    let blocked = UserEdit {
        blocked: Some(true),
        ..UserEdit::default()
    };
    let edited = edit(&world, "3", &blocked).await;
    assert!(matches!(edited, RefreshProfile::Refreshed(_)));
    assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("2"));
    let moved = edit(&world, "2", &new_number(&json!("+2"))).await;
    assert!(matches!(moved, RefreshProfile::Refreshed(_)));
    assert_eq!(holder(&world, NUMBER).await, None);
    edit(&world, "3", &blocked).await;
    assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("3"));
}

async fn turning_the_option_off_frees_the_numbers(db: &TestDb) {
    let world = db.world().await;
    say(&world, true).await;
    add(&world, 1, &json!(NUMBER)).await;
    say(&world, false).await;
    assert_eq!(holder(&world, NUMBER).await, None);
    let shared = add(&world, 2, &json!(NUMBER)).await;
    assert!(matches!(shared, AddUser::Added(_)));
    for _ in 1..=2 {
        say(&world, true).await;
        assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("1"));
    }
}

async fn a_change_takes_no_number_of_somebody_else(db: &TestDb) {
    let world = db.world().await;
    say(&world, true).await;
    add(&world, 1, &json!(NUMBER)).await;
    add(&world, 2, &json!("+2")).await;
    let taken = edit(&world, "2", &new_number(&json!("+49 30 123456"))).await;
    assert!(matches!(taken, RefreshProfile::Taken(other) if other == number_of("1")));
    assert_eq!(holder(&world, "+2").await.as_deref(), Some("2"));

    let (tenant, id) = (&world.tenant, UserId::from_raw("2"));
    let theirs = called("2", "u2@x.y", &json!(NUMBER));
    let refreshed = world.store.refresh_profile(tenant, &id, &theirs, at(9));
    let refreshed = refreshed.await.unwrap();
    assert!(matches!(refreshed, RefreshProfile::Taken(other) if other == number_of("1")));
    let own = called("2", "u2@x.y", &json!("+3"));
    let refreshed = world.store.refresh_profile(tenant, &id, &own, at(9)).await;
    assert!(matches!(refreshed.unwrap(), RefreshProfile::Refreshed(_)));
    assert_eq!(holder(&world, "+3").await.as_deref(), Some("2"));

    let hash = Secret::new(HASH);
    assert!(world.store.drop_password(tenant, &id, &hash).await.unwrap());
    let adopt = async |profile| {
        let adopted = world
            .store
            .adopt_user(tenant, &id, Some(profile), &hash, at(9));
        adopted.await.unwrap()
    };
    let adopted = adopt(&theirs).await;
    assert!(matches!(adopted, AdoptUser::Taken(other) if other == number_of("1")));
    assert!(matches!(adopt(&own).await, AdoptUser::Adopted(_)));
    let gone = edit(&world, "2", &new_number(&json!(null))).await;
    assert!(matches!(gone, RefreshProfile::Refreshed(_)));
    assert_eq!(holder(&world, "+3").await, None);
}

async fn the_order_decides_between_a_number_and_a_name(db: &TestDb) {
    let world = db.world().await;
    say(&world, true).await;
    add(&world, 1, &json!(NUMBER)).await;
    world.add("2", None, Some(NUMBER)).await;
    let found = async |order: Value| {
        let options = ConnectionOptions::from_stored(object(json!({"precedence": order})));
        let order = options.precedence();
        let found = world.store.find_in_order(&world.connection, NUMBER, order);
        found.await.unwrap().unwrap().user.id.raw().to_owned()
    };
    assert_eq!(holder(&world, NUMBER).await.as_deref(), Some("1"));
    assert_eq!(found(json!(["username", "phone_number"])).await, "2");
    assert_eq!(found(json!(["phone_number", "username"])).await, "1");
    assert_eq!(Precedence::default().rank(IdentifierKind::PhoneNumber), 1);
}

async fn a_database_from_before_gets_its_keys_when_it_opens(db: &TestDb) {
    let world = db.world().await;
    for id in 1..=2 {
        add(&world, id, &json!(NUMBER)).await;
    }
    say(&world, true).await;
    world.store.close().await;
    for column in [
        "users SET phone_key = NULL",
        "connections SET phone_is_identifier = NULL",
    ] {
        db.db_execute(&format!("UPDATE {column}")).await;
    }
    let store = db.open().await;
    let found = store.find_by_identifier(&world.connection, NUMBER).await;
    assert_eq!(found.unwrap().unwrap().user.id.raw(), "1");
}

async fn whoever_has_the_number_has_moved(db: &TestDb) {
    let world = db.world().await;
    say(&world, true).await;
    add(&world, 1, &json!(NUMBER)).await;
    let listed = |identifier: &str| RollEntry {
        identifier: identifier.to_owned(),
        last_seen: None,
    };
    let roll = [listed(NUMBER), listed("+2")];
    let (store, id) = (&world.store, &world.connection);
    store.add_to_roll(id, &roll).await.unwrap();
    let left = store.stragglers(id, None, 10).await.unwrap();
    assert_eq!(left, [listed("+2")]);
}
