//! Every template that a server can be had for, proven by `trickle test` with its fixtures: right and wrong passwords, unknown users, faults,
//! and the life of a user.

use std::{path::Path, process::Command};

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use trickle_testkit::{
    ca::TestCa,
    ldap::Slapd,
    mariadb::MariaDb,
    postgres::Postgres,
    rest::{RestService, TOKEN},
    tds::Tds,
};

use trickle_tests::servers::{Servers, fill_mongodb};

use crate::harness::{Done, Install, run, test_project};

const SCRIPTS: [&str; 7] = [
    "login",
    "get_user",
    "create",
    "verify",
    "change_password",
    "change_email",
    "delete",
];

/// A template in a folder of its own, with other settings than it comes with.
struct Begun(TempDir);

impl Begun {
    fn new(template: &str, changes: &[(&str, &str)], secrets: &str) -> Self {
        let begun = Self(tempfile::tempdir().unwrap());
        run(&["init", "--template", template, begun.path()]).with_code(0);
        let file = begun.0.path().join("trickle.toml");
        let mut text = std::fs::read_to_string(&file).unwrap();
        for (from, to) in [("writes = false", "writes = true")].iter().chain(changes) {
            assert!(text.contains(from), "{template} has no {from}");
            text = text.replace(from, to);
        }
        std::fs::write(file, text).unwrap();
        let secrets = format!("TEST_PASSWORD='legacy password'\n{secrets}");
        std::fs::write(begun.0.path().join(".env"), secrets).unwrap();
        begun
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.path()).join(name)).unwrap()
    }

    fn test(&self) -> Done {
        test_project(self.path(), &[])
    }

    /// All cases and checks pass: each script with the right and a wrong password, with an unknown user, with a store that is down or slow, and
    /// the life of a user.
    fn prove(&self) {
        let done = self.test();
        assert_eq!(done.code, 0, "{}\n{}", done.stdout, done.stderr);
        for part in [
            "the life of a user",
            "login: a wrong password",
            "login: an unknown user",
            "get_user: an unknown user",
            "get_user: the same profile",
            "login: no run leaves a connection open",
            "jane's profile",
        ] {
            assert!(done.stdout.contains(part), "{part}: {done:?}");
        }
        if Path::new(self.path()).join("count.js").exists() {
            for part in [
                "count: a number of users",
                "count: the legacy store is down",
                "count: the legacy store is slow:100",
            ] {
                assert!(done.stdout.contains(part), "{part}: {done:?}");
            }
        }
        for script in SCRIPTS {
            let part = format!("{script}: the legacy store is down");
            assert!(done.stdout.contains(&part), "{part}: {done:?}");
        }
        for script in [
            "login",
            "get_user",
            "verify",
            "change_password",
            "change_email",
        ] {
            let part = format!("{script}: the legacy store is slow:100");
            assert!(done.stdout.contains(&part), "{part}: {done:?}");
        }
    }
}

fn prove_in_mariadb(template: &str) {
    let server = MariaDb::start();
    let database = server.fresh_database();
    let begun = Begun::new(
        template,
        &[
            ("3306", &server.port().to_string()),
            (
                "\"legacy\"\nDB_USER = \"trickle\"",
                &format!("\"{database}\"\nDB_USER = \"{}\"", server.user()),
            ),
        ],
        &format!("DB_PASSWORD='{}'\n", server.password()),
    );
    server.execute(&database, &begun.file("schema.sql"));
    server.execute(&database, &begun.file("fixtures.sql"));
    begun.prove();
    if template == "wordpress" {
        // Hashes of older versions.
        for name in ["paul", "otto"] {
            let settings = begun
                .file("trickle.toml")
                .replace("jane@", &format!("{name}@"));
            let other = Begun::new(
                template,
                &[],
                &format!("DB_PASSWORD='{}'\n", server.password()),
            );
            std::fs::write(Path::new(other.path()).join("trickle.toml"), settings).unwrap();
            test_project(other.path(), &["--filter", "login: "]).with_code(0);
        }
    }
}

#[test]
fn mysql() {
    prove_in_mariadb("mysql");
}

#[test]
fn mysql2() {
    prove_in_mariadb("mysql2");
}

#[test]
fn wordpress() {
    prove_in_mariadb("wordpress");
}

#[test]
fn postgres() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let begun = Begun::new(
        "postgres",
        &[
            ("5432", &server.port().to_string()),
            (
                "\"legacy\"\nDB_USER = \"trickle\"",
                &format!("\"{database}\"\nDB_USER = \"{}\"", server.user()),
            ),
        ],
        &format!("DB_PASSWORD='{}'\n", server.password()),
    );
    server.execute(&database, &begun.file("schema.sql"));
    server.execute(&database, &begun.file("fixtures.sql"));
    begun.prove();
}

#[test]
fn ldap() {
    let server = Slapd::start();
    let begun = Begun::new(
        "ldap",
        &[
            ("127.0.0.1:389", &format!("127.0.0.1:{}", server.port())),
            ("cn=trickle,dc=example,dc=com", &server.admin()),
        ],
        &format!("BIND_PASSWORD='{}'\n", server.password()),
    );
    server.add(&begun.file("fixtures.ldif"));
    begun.prove();
}

#[test]
fn rest_api() {
    let service = RestService::start();
    let begun = Begun::new(
        "rest-api",
        &[("127.0.0.1:8080", &service.addr().to_string())],
        &format!("API_TOKEN='{TOKEN}'\n"),
    );
    begun.prove();
}

fn prove_in_sql_server(template: &str) {
    let begun = Begun::new(template, &[], "");
    let sql = format!(
        "{}\n{}",
        begun.file("schema.sql"),
        begun.file("fixtures.sql")
    );
    let server = Tds::start(&sql);
    let begun = Begun::new(
        template,
        &[
            ("1433", &server.port().to_string()),
            (
                "DB_USER = \"trickle\"",
                &format!("DB_USER = \"{}\"\nDB_ENCRYPT = \"false\"", server.user()),
            ),
        ],
        &format!("DB_PASSWORD='{}'\n", server.password()),
    );
    begun.prove();
}

#[test]
fn sqlserver() {
    prove_in_sql_server("sqlserver");
}

#[test]
fn aspnet_membership_mvc3() {
    prove_in_sql_server("aspnet-membership-mvc3");
}

#[test]
fn aspnet_membership_mvc4() {
    prove_in_sql_server("aspnet-membership-mvc4");
}

#[test]
fn aspnet_membership_classic() {
    prove_in_sql_server("aspnet-membership-classic");
}

#[test]
fn aspnet_identity() {
    prove_in_sql_server("aspnet-identity");
}

#[test]
fn azure_sql() {
    let begun = Begun::new("azure-sql", &[], "");
    let sql = format!(
        "{}\n{}",
        begun.file("schema.sql"),
        begun.file("fixtures.sql")
    );
    let ca = TestCa::new();
    let server = Tds::start_encrypted(&sql, &ca);
    let begun = Begun::new(
        "azure-sql",
        &[
            (
                "allow = []",
                &format!("allow = [\"localhost:{}\"]", server.port()),
            ),
            ("NAME.database.windows.net", "localhost"),
            ("1433", &server.port().to_string()),
            (
                "DB_USER = \"trickle\"",
                &format!(
                    "DB_USER = \"{}\"\nDB_CA = {{ file = \"ca.pem\" }}",
                    server.user()
                ),
            ),
        ],
        &format!("DB_PASSWORD='{}'\n", server.password()),
    );
    std::fs::write(Path::new(begun.path()).join("ca.pem"), ca.ca_pem()).unwrap();
    begun.prove();
}

#[test]
fn mongodb() {
    let servers = Servers::start();
    let port = servers.port("MONGODB_PORT");
    let url = format!("mongodb://app:app's%20password@127.0.0.1:{port}/?authSource=admin");
    let begun = Begun::new(
        "mongodb",
        &[("27017", &port.to_string())],
        &format!("MONGO_URL=\"{url}\"\n"),
    );
    fill_mongodb(&url, "legacy", "users", &begun.file("fixtures.json"));
    begun.prove();
}

#[test]
fn cognito() {
    let servers = Servers::start();
    let address = format!("127.0.0.1:{}", servers.port("COGNITO_ADMIN_PORT"));
    let begun = Begun::new(
        "cognito",
        &[
            ("allow = []", &format!("allow = [\"{address}\"]")),
            (
                "CLIENT_ID = \"FILL-IN\"",
                &format!("CLIENT_ID = \"app\"\nENDPOINT = \"http://{address}\""),
            ),
        ],
        "CLIENT_SECRET=\"app's secret\"\nAWS_ACCESS_KEY_ID=AKIATEST\nAWS_SECRET_ACCESS_KEY=test\n",
    );
    begun.prove();
}

#[test]
fn firebase() {
    let servers = Servers::start();
    let address = format!("127.0.0.1:{}", servers.port("FIREBASE_PORT"));
    let made = Command::new("node")
        .args([
            "-p",
            "JSON.stringify(require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))",
        ])
        .output()
        .unwrap();
    // With its line ends as Google's own file has them.
    let key = String::from_utf8(made.stdout).unwrap();
    let begun = Begun::new(
        "firebase",
        &[
            ("allow = []", &format!("allow = [\"{address}\"]")),
            (
                "PROJECT_ID = \"FILL-IN\"",
                &format!(
                    "PROJECT_ID = \"test\"\nIDENTITY_URL = \"http://{address}\"\nTOKEN_URL = \"http://{address}/token\""
                ),
            ),
        ],
        &format!("FIREBASE_API_KEY=key\nFIREBASE_PRIVATE_KEY={key}"),
    );
    begun.prove();
}

/// The tenant is one of this server's own.
#[tokio::test(flavor = "multi_thread")]
async fn auth0_tenant() {
    let install = Install::new();
    let server = install.start();
    let credentials = install.client("default");
    let site = server.site_at("localhost", credentials.clone());
    let manager = site.manager().await;
    manager
        .add_connection(json!({ "name": "people", "strategy": "auth0", "options": { "brute_force_protection": false } }))
        .await;
    let jane = json!({
        "connection": "people", "email": "jane@example.com", "password": "legacy password", "user_id": "jane-42",
        "nickname": "jane", "email_verified": true,
    });
    let made = manager.call(Method::POST, "/users", Some(&jane)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let address = site.url.trim_start_matches("https://");
    let begun = Begun::new(
        "auth0-tenant",
        &[
            ("allow = []", &format!("allow = [\"{address}\"]")),
            (
                "DOMAIN = \"NAME.eu.auth0.com\"",
                &format!(
                    "DOMAIN = \"{address}\"\nAUDIENCE = \"{}\"\nCA = {{ file = \"ca.pem\" }}",
                    site.audience()
                ),
            ),
            ("Username-Password-Authentication", "people"),
            (
                "CLIENT_ID = \"FILL-IN\"",
                &format!("CLIENT_ID = \"{}\"", credentials.client_id),
            ),
        ],
        &format!("CLIENT_SECRET='{}'\n", credentials.client_secret),
    );
    std::fs::copy(server.ca_file(), Path::new(begun.path()).join("ca.pem")).unwrap();
    begun.prove();
}

/// The fixtures that the scripts are proven with have hashes that another implementation computes.
#[test]
fn hashes_of_aspnet_are_those_of_another_implementation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new("/usr/bin/python3")
        .arg(root.join("tests/vectors/aspnet.py"))
        .arg(root.join("templates"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
