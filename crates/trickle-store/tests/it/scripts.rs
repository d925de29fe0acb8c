//! Versions of scripts.

use std::collections::BTreeMap;

use serde_json::json;
use trickle_model::{Action, ConnectionOptions, ScriptSave};
use trickle_store::{Activation, ConnectionChange, Store};

use crate::db::{TestDb, add_tenant, at, new_connection, object, on_both};

on_both![
    every_save_is_a_version_and_the_newest_that_compiles_is_live,
    a_script_that_goes_and_comes_back_goes_on_counting,
    any_version_that_compiles_can_go_live_again,
    what_was_saved_before_there_were_versions_becomes_the_first,
];

fn options(login: &str) -> ConnectionOptions {
    let options = json!({"customScripts": {"login": login}});
    ConnectionOptions::parse(object(options)).unwrap().0
}

fn change(login: &str, save: ScriptSave) -> ConnectionChange {
    ConnectionChange {
        options: Some((options(login), BTreeMap::new())),
        saved: save,
        ..ConnectionChange::default()
    }
}

fn broken() -> ScriptSave {
    ScriptSave {
        author: Some("client".to_owned()),
        note: Some("tidy up".to_owned()),
        defects: BTreeMap::from([(Action::Login, "Unexpected token (line 3)".to_owned())]),
    }
}

/// A connection whose `login` script was saved as `a`.
async fn start(db: &TestDb) -> (Store, trickle_model::Connection) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let mut new = new_connection(&tenant, "con_1");
    new.options = options("a");
    new.configuration = BTreeMap::new();
    let connection = store.add_connection(&new, at(1)).await.unwrap();
    (store, connection)
}

/// `2 b live|1 a`.
async fn shown(store: &Store, connection: &trickle_model::Connection) -> String {
    let versions = store.script_versions(&connection.tenant, &connection.id, None);
    let lines = versions.await.unwrap().into_iter().map(|version| {
        let live = if version.live { " live" } else { "" };
        format!("{} {}{live}", version.version, version.text)
    });
    lines.collect::<Vec<_>>().join("|")
}

async fn every_save_is_a_version_and_the_newest_that_compiles_is_live(db: &TestDb) {
    let (store, connection) = start(db).await;
    let (tenant, id) = (&connection.tenant, &connection.id);
    assert_eq!(connection.live[&Action::Login].version, 1);
    assert_eq!(shown(&store, &connection).await, "1 a live");

    let save = async |login: &str, save: ScriptSave| {
        let change = change(login, save);
        let changed = store.change_connection(tenant, id, &change, at(2));
        changed.await.unwrap().unwrap()
    };
    save("b", ScriptSave::default()).await;
    assert_eq!(shown(&store, &connection).await, "2 b live|1 a");
    // What tools read they send back.
    save("b", ScriptSave::default()).await;
    assert_eq!(shown(&store, &connection).await, "2 b live|1 a");

    let changed = save("c {", broken()).await;
    assert_eq!(shown(&store, &connection).await, "3 c {|2 b live|1 a");
    // It is shown, and does not run.
    assert_eq!(changed.options.scripts()[&Action::Login], "c {");
    assert_eq!(changed.scripts()[&Action::Login], "b");
    let version = store.script_version(tenant, id, Action::Login, 3);
    let version = version.await.unwrap().unwrap();
    assert_eq!(version.author.as_deref(), Some("client"));
    assert_eq!(version.note.as_deref(), Some("tidy up"));
    assert_eq!(version.defect.as_deref(), Some("Unexpected token (line 3)"));
    assert_eq!(version.saved_at, at(2));
    save("c {", ScriptSave::default()).await;
    assert_eq!(shown(&store, &connection).await, "3 c {|2 b live|1 a");
    save("d", ScriptSave::default()).await;
    assert_eq!(shown(&store, &connection).await, "4 d live|3 c {|2 b|1 a");

    let other = add_tenant(&store, "other").await;
    let foreign = store.script_versions(&other, id, None).await.unwrap();
    assert!(foreign.is_empty());
    let foreign = store.script_version(&other, id, Action::Login, 1);
    assert_eq!(foreign.await.unwrap(), None);
    let foreign = store.activate_script(&other, id, Action::Login, 1, at(3));
    assert_eq!(foreign.await.unwrap(), Activation::Unknown);
}

async fn a_script_that_goes_and_comes_back_goes_on_counting(db: &TestDb) {
    let (store, connection) = start(db).await;
    let (tenant, id) = (&connection.tenant, &connection.id);
    let gone = ConnectionChange {
        options: Some((ConnectionOptions::default(), BTreeMap::new())),
        ..ConnectionChange::default()
    };
    let changed = store.change_connection(tenant, id, &gone, at(2)).await;
    let changed = changed.unwrap().unwrap();
    assert!(changed.scripts().is_empty());
    assert_eq!(shown(&store, &connection).await, "1 a");
    let back = change("b", ScriptSave::default());
    store
        .change_connection(tenant, id, &back, at(3))
        .await
        .unwrap();
    assert_eq!(shown(&store, &connection).await, "2 b live|1 a");
}

async fn any_version_that_compiles_can_go_live_again(db: &TestDb) {
    let (store, connection) = start(db).await;
    let (tenant, id) = (&connection.tenant, &connection.id);
    let save = ScriptSave::default();
    let added = store.add_script_version(tenant, id, Action::Login, "b", &save, at(2));
    assert_eq!(added.await.unwrap(), Some(2));
    let save = broken();
    let added = store.add_script_version(tenant, id, Action::Login, "c {", &save, at(3));
    assert_eq!(added.await.unwrap(), Some(3));
    assert_eq!(shown(&store, &connection).await, "3 c {|2 b|1 a live");

    let activate = async |version| {
        let activated = store.activate_script(tenant, id, Action::Login, version, at(4));
        activated.await.unwrap()
    };
    let before = store.connection(tenant, id).await.unwrap().unwrap();
    assert_eq!(activate(2).await, Activation::Done);
    assert_eq!(shown(&store, &connection).await, "3 c {|2 b live|1 a");
    let after = store.connection(tenant, id).await.unwrap().unwrap();
    assert_eq!(after.options.scripts()[&Action::Login], "b");
    assert!(after.revision > before.revision);
    assert_eq!(
        activate(3).await,
        Activation::Broken("Unexpected token (line 3)".to_owned())
    );
    assert_eq!(activate(4).await, Activation::Unknown);
    assert_eq!(activate(1).await, Activation::Done);
    assert_eq!(shown(&store, &connection).await, "3 c {|2 b|1 a live");
}

async fn what_was_saved_before_there_were_versions_becomes_the_first(db: &TestDb) {
    let (store, connection) = start(db).await;
    db.db_execute("DELETE FROM script_versions").await;
    let (tenant, id) = (&connection.tenant, &connection.id);
    let old = store.connection(tenant, id).await.unwrap().unwrap();
    assert!(old.live.is_empty());
    assert_eq!(old.scripts()[&Action::Login], "a");
    // Broken: what was there goes on.
    let change = change("b {", broken());
    let changed = store.change_connection(tenant, id, &change, at(2));
    let changed = changed.await.unwrap().unwrap();
    assert_eq!(changed.scripts()[&Action::Login], "a");
    assert_eq!(shown(&store, &connection).await, "2 b {|1 a live");
}
