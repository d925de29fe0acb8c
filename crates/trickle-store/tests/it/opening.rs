use std::os::unix::fs::PermissionsExt as _;

use trickle_store::{Database, MasterKey, OpenError, Store};

use crate::db::{TestDb, on_both};

on_both![
    opening_again_keeps_everything,
    eight_at_once_make_one_schema,
    a_newer_schema_is_refused,
    an_altered_schema_migration_is_refused,
    tables_of_another_program_are_left_alone,
];

async fn open(db: &TestDb) -> Result<Store, OpenError> {
    Store::open(&db.database, db.key.clone()).await
}

async fn opening_again_keeps_everything(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("jane@example.com"), None).await;
    world.store.close().await;
    assert!(world.store.ping().await.is_err());
    let store = db.open().await;
    store.ping().await.unwrap();
    let found = store.find_by_identifier(&world.connection, "jane@example.com");
    assert!(found.await.unwrap().is_some());
}

async fn eight_at_once_make_one_schema(db: &TestDb) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (database, key) = (db.database.clone(), db.key.clone());
            tokio::spawn(async move { Store::open(&database, key).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().ping().await.unwrap();
    }
    assert_eq!(db.db_count("meta").await, 1);
}

async fn a_newer_schema_is_refused(db: &TestDb) {
    db.open().await.close().await;
    db.db_execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    let error = open(db).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }));
    assert!(error.to_string().contains("run the newer program"));
}

async fn an_altered_schema_migration_is_refused(db: &TestDb) {
    db.open().await.close().await;
    let checksum = if db.folder().is_some() {
        "X'78'"
    } else {
        r"'\x78'"
    };
    db.db_execute(&format!(
        "UPDATE _sqlx_migrations SET checksum = {checksum} WHERE version = 1"
    ))
    .await;
    let error = open(db).await.unwrap_err();
    assert!(
        matches!(error, OpenError::Altered { version: 1 }),
        "{error:?}"
    );
}

async fn tables_of_another_program_are_left_alone(db: &TestDb) {
    if let Some(folder) = db.folder() {
        std::fs::write(folder.join("trickle.db"), "").unwrap();
    }
    db.db_execute("CREATE TABLE users (mine TEXT)").await;
    let error = open(db).await.unwrap_err();
    assert!(matches!(error, OpenError::Migrate { .. }), "{error:?}");
    assert_eq!(db.db_count("users").await, 0);
    db.db_execute("SELECT mine FROM users").await;
}

#[tokio::test]
async fn a_file_is_for_its_owner_only_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["trickle.db", "a b%20c?d#e&f=ü.db"] {
        let path = folder.path().join(name);
        let database = Database::Sqlite(path.clone());
        let store = Store::open(&database, MasterKey::from_bytes([1; 32])).await;
        let files: Vec<_> = folder.path().read_dir().unwrap().collect();
        assert!(path.exists() && files.len() > 1);
        for file in files {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        store.unwrap().close().await;
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 2);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = || MasterKey::from_bytes([1; 32]);
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Jane, this is no database. ".repeat(99)).unwrap();
    let error = Store::open(&Database::Sqlite(path.clone()), key()).await;
    let Err(OpenError::Connect { source }) = error else {
        panic!("{error:?}")
    };
    assert!(source.to_string().contains("not a database"), "{source}");

    let error = Store::open(&Database::Sqlite(path.join("x")), key()).await;
    assert!(matches!(error, Err(OpenError::File { .. })), "{error:?}");
    let missing = folder.path().join("missing/trickle.db");
    let error = Store::open(&Database::Sqlite(missing), key()).await;
    assert!(matches!(error, Err(OpenError::File { .. })), "{error:?}");
}
