use trickle_testkit::mariadb::MariaDb;

use crate::leftovers::ask;

#[test]
fn answers_with_tls_verified_and_refuses_a_wrong_password() {
    let server = MariaDb::start();
    let db = server.fresh_database();
    server.execute(
        &db,
        "CREATE TABLE users (id int, email text); INSERT INTO users VALUES (1, 'jané@example.com')",
    );
    assert_eq!(
        server.execute(&db, "SELECT * FROM users"),
        "1\tjané@example.com\n"
    );

    let ca = format!("--ssl-ca={}", server.ca_file().display());
    let (ok, out) = ask(
        server
            .client()
            .arg("--ssl-verify-server-cert")
            .arg(&ca)
            .arg(&db),
        "SHOW STATUS LIKE 'Ssl_version'",
    );
    assert!(ok, "{out}");
    assert_eq!(out, "Ssl_version\tTLSv1.3\n");

    let (ok, out) = ask(
        server.client().arg("--skip-ssl").env("MYSQL_PWD", "wrong"),
        "SELECT 1",
    );
    assert!(!ok);
    assert!(out.contains("Access denied"), "{out}");
}
