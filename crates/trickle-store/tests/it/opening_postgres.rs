use trickle_model::Secret;
use trickle_store::{Database, MasterKey, OpenError, Store};
use trickle_testkit::ca::TestCa;
use trickle_testkit::postgres::Postgres;

async fn open(url: &str) -> Result<Store, OpenError> {
    let database = Database::Postgres(Secret::new(url));
    Store::open(&database, MasterKey::from_bytes([1; 32])).await
}

fn encrypted(server: &Postgres, db: &str) -> String {
    let sql = format!(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = '{db}'"
    );
    server.execute("postgres", &sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_decides_about_tls() {
    let server = Postgres::shared();
    let ca = server.ca_file().display().to_string();
    let modes = [
        ("sslmode=disable".to_owned(), "f\n"),
        ("sslmode=require".to_owned(), "t\n"),
        (format!("sslmode=verify-full&sslrootcert={ca}"), "t\n"),
    ];
    for (mode, expected) in modes {
        let db = server.fresh_database();
        let store = open(&format!("{}?{mode}", server.url(&db))).await.unwrap();
        store.ping().await.unwrap();
        assert_eq!(encrypted(server, &db), expected, "{mode}");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_certificate_of_somebody_else_is_refused() {
    let server = Postgres::shared();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, TestCa::new().ca_pem()).unwrap();
    let url = server.url(&server.fresh_database());
    let url = format!("{url}?sslmode=verify-full&sslrootcert={}", file.display());
    let error = open(&url);
    assert!(matches!(error.await, Err(OpenError::Connect { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_never_the_password() {
    let server = Postgres::shared();
    let wrong = server
        .url("postgres")
        .replace("legacy%20store%20password", "hunter2hunter2");
    let error = open(&wrong).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("password authentication failed"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");

    for url in [
        "",
        "trickle.db",
        "mysql://u:hunter2@h/db",
        "postgres//u:hunter2@h",
    ] {
        let error = open(url).await.unwrap_err();
        assert!(matches!(error, OpenError::NotAPostgresUrl), "{error:?}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
