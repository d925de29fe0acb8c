//! `trickle init`: templates, and scripts that fit a legacy store.

use trickle_testkit::{mariadb::MariaDb, postgres::Postgres};

use crate::harness::{run, run_with_input};

#[test]
fn every_template_can_be_written_and_is_clean() {
    let list = run(&["init", "--list"]).with_code(0).stdout;
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= 17, "{names:?}");
    for name in names {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scripts");
        let path = path.to_str().unwrap();
        run(&["init", "--template", name, path]).with_code(0);
        let lint = run(&["lint", path]).with_code(0);
        assert_eq!(lint.stderr, "7 scripts, nothing found\n", "{name}");
        let ignored = std::fs::read_to_string(format!("{path}/.gitignore")).unwrap();
        assert_eq!(ignored, ".env\n", "{name}");
    }
}

#[test]
fn nothing_is_overwritten_unless_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let own = folder.path().join("login.js");
    std::fs::write(&own, "mine").unwrap();
    let done = run(&["init", "--template", "mysql2", path]).with_code(2);
    assert!(
        done.stderr.contains("login.js would be overwritten"),
        "{done:?}"
    );
    assert_eq!(std::fs::read_to_string(&own).unwrap(), "mine");
    assert!(!folder.path().join("get_user.js").exists());
    run(&["init", "--template", "mysql2", path, "--force"]).with_code(0);
    assert_ne!(std::fs::read_to_string(&own).unwrap(), "mine");
}

#[test]
fn wrong_calls_say_what_there_is() {
    let done = run(&["init", "--template", "oracle"]).with_code(2);
    assert!(done.stderr.contains("aspnet-identity"), "{done:?}");
    let done = run_with_input(&["init"], "");
    assert_eq!(done.code, 2, "{done:?}");
    let done = run(&["init", "--from", "mongodb://u:hush@127.0.0.1/db"]).with_code(2);
    assert!(
        done.stderr.contains("mongodb") && !done.stderr.contains("hush"),
        "{done:?}"
    );
}

/// Low, as a thousand of them are made.
const COST: u32 = 4;

fn thousand(quote: char) -> String {
    let mut rows: Vec<String> = (0..40)
        .map(|number| {
            let hash = bcrypt::hash(format!("password {number}"), COST).unwrap();
            format!("('user{number}@example.com', '{hash}', 'User {number}')")
        })
        .collect();
    let hash = bcrypt::hash("jane's password", COST).unwrap();
    // The rest share a hash: it is their number that counts.
    rows.extend(
        (40..1000).map(|number| format!("('user{number}@example.com', '{hash}', 'User {number}')")),
    );
    rows.push(format!("('jane@example.com', '{hash}', 'Jane')"));
    format!(
        "INSERT INTO {quote}members{quote} (email, password_digest, full_name) VALUES {};",
        rows.join(",")
    )
}

/// From a URL to green tests, with no file touched.
fn begin_from(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scripts");
    let path = path.to_str().unwrap();
    let options = [
        "init",
        "--from",
        url,
        "--identifier",
        "jane@example.com",
        "--password-stdin",
        path,
    ];
    let wrong = run_with_input(&options, "another password\n");
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(!std::path::Path::new(path).exists(), "{wrong:?}");

    let done = run_with_input(&options, "jane's password\n").with_code(0);
    for part in [
        "members",
        "hash:    password_digest",
        "as bcrypt",
        "trickle test",
    ] {
        assert!(done.stderr.contains(part), "{part}: {done:?}");
    }
    let settings = std::fs::read_to_string(format!("{path}/trickle.toml")).unwrap();
    assert!(!settings.contains("legacy store password"), "{settings}");
    run(&["lint", path]).with_code(0);
    let test = run(&["test", path]);
    assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
    assert!(
        test.stdout.contains("get_user: the same profile as login"),
        "{test:?}"
    );
}

#[test]
fn scripts_fit_a_table_in_postgresql() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE members (id serial PRIMARY KEY, email text, password_digest text, full_name text, confirmed_at timestamptz);
         CREATE TABLE posts (id serial PRIMARY KEY, title text, password text);",
    );
    server.execute(&database, &thousand('"'));
    begin_from(&server.url(&database));
}

#[test]
fn scripts_fit_a_table_in_mariadb() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE members (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(200), password_digest VARCHAR(80),
           full_name VARCHAR(80), email_verified BOOLEAN NOT NULL DEFAULT TRUE);",
    );
    server.execute(&database, &thousand('`'));
    begin_from(&server.url(&database));
}

#[test]
fn the_known_password_tells_where_the_salt_is() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE users (uid text PRIMARY KEY, mail text, hash text, salt text);
         INSERT INTO users VALUES ('a-1', 'jane@example.com', encode(sha256('jane''s passwordpepper'::bytea), 'hex'), 'pepper');",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let url = server.url(&database);
    let options = [
        "init",
        "--from",
        &url,
        "--identifier",
        "JANE@example.com",
        "--password-stdin",
        path,
    ];
    let done = run_with_input(&options, "jane's password\n").with_code(0);
    assert!(
        done.stderr.contains("as sha256 over password and salt"),
        "{done:?}"
    );
    run(&["lint", path]).with_code(0);
    let test = run(&["test", path]);
    assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
}
