use trickle_testkit::postgres::Postgres;

use crate::leftovers::ask;

#[test]
fn answers_with_tls_verified_in_full_and_refuses_a_wrong_password() {
    let server = Postgres::start();
    let db = server.fresh_database();
    server.execute(
        &db,
        "CREATE TABLE users (id int, email text); INSERT INTO users VALUES (1, 'jane@example.com')",
    );
    assert_eq!(
        server.execute(&db, "SELECT * FROM users"),
        "1|jane@example.com\n"
    );

    let conninfo = |host: &str| {
        format!(
            "host={host} port={} dbname={db} user={} sslmode=verify-full sslrootcert={}",
            server.port(),
            server.user(),
            server.ca_file().display()
        )
    };
    for host in ["127.0.0.1", "localhost"] {
        let (ok, out) = ask(
            &mut server.psql(&conninfo(host)),
            "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        assert!(ok, "{out}");
        assert_eq!(out, "t|TLSv1.3\n");
    }

    let (ok, out) = ask(
        server
            .psql(&conninfo("127.0.0.1"))
            .env("PGPASSWORD", "wrong"),
        "SELECT 1",
    );
    assert!(!ok);
    assert!(out.contains("password authentication failed"), "{out}");
}

#[test]
fn url_holds_all_a_client_needs() {
    let server = Postgres::shared();
    let db = server.fresh_database();
    let (ok, out) = ask(
        server.psql(&server.url(&db)).env_remove("PGPASSWORD"),
        "SELECT current_database()",
    );
    assert!(ok, "{out}");
    assert_eq!(out.trim(), db);
    assert_ne!(db, server.fresh_database());
}
