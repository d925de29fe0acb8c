//! `trickle init`: templates, and scripts that fit a legacy store.

use serde_json::json;
use trickle_testkit::{mariadb::MariaDb, postgres::Postgres, tds::Tds};
use trickle_tests::{
    repository,
    servers::{Servers, fill_mongodb},
};

use crate::harness::{run, run_with_input, test_project};

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
        let counts = std::fs::exists(format!("{path}/count.js")).unwrap();
        let scripts = 7 + usize::from(counts);
        let clean = format!("{scripts} scripts, nothing found\n");
        assert_eq!(lint.stderr, clean, "{name}");
        let types = std::fs::read_to_string(format!("{path}/types/scripts.d.ts")).unwrap();
        assert!(types.contains("LoginScript"), "{name}");
        assert!(std::fs::exists(format!("{path}/jsconfig.json")).unwrap());
        let ignored = std::fs::read_to_string(format!("{path}/.gitignore")).unwrap();
        assert_eq!(ignored, ".env\n", "{name}");
    }
}

#[test]
fn a_template_is_filled_in_by_flags() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let options = [
        "--set",
        "DB_HOST=db.internal",
        "--set",
        "DB_PORT=6000",
        path,
    ];
    run(&[&["init", "--template", "postgres"][..], &options].concat()).with_code(0);
    let settings = std::fs::read_to_string(folder.path().join("trickle.toml")).unwrap();
    assert!(
        settings.contains("allow = [\"db.internal:6000\"]"),
        "{settings}"
    );
    let secrets = std::fs::read_to_string(folder.path().join(".env")).unwrap();
    assert!(secrets.contains("# DB_PASSWORD=\n"), "{secrets}");
    let done = run(&["test", path]).with_code(2);
    assert!(done.stderr.contains("DB_PASSWORD"), "{done:?}");
    let done = run(&["init", "--template", "postgres", "--set", "HOST=x", path]).with_code(2);
    assert!(done.stderr.contains("DB_HOST"), "{done:?}");
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
    let done = run(&["init", "--from", "oracle://u:hush@127.0.0.1/db"]).with_code(2);
    assert!(
        done.stderr.contains("mongodb://") && !done.stderr.contains("hush"),
        "{done:?}"
    );
}

/// Low, as a thousand of them are made.
const COST: u32 = 4;

/// Address, hash and name of a thousand people, and of Jane.
fn thousand() -> Vec<[String; 3]> {
    let shared = bcrypt::hash("jane's password", COST).unwrap();
    let mut rows: Vec<[String; 3]> = (0..1000)
        .map(|number| {
            // Most share a hash: it is their number that counts.
            let hash = match number {
                0..40 => bcrypt::hash(format!("password {number}"), COST).unwrap(),
                _ => shared.clone(),
            };
            [
                format!("user{number}@example.com"),
                hash,
                format!("User {number}"),
            ]
        })
        .collect();
    rows.push(["jane@example.com".into(), shared, "Jane".into()]);
    rows
}

fn inserted() -> String {
    let rows: Vec<String> = thousand()
        .iter()
        .map(|[email, hash, name]| format!("('{email}', '{hash}', '{name}')"))
        .collect();
    format!(
        "INSERT INTO members (email, password_digest, full_name) VALUES {};",
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
        "hashes:  bcrypt (",
        "as bcrypt",
        "users:   1001",
        "get_user.js, trickle.toml, count.js",
        "trickle test",
    ] {
        assert!(done.stderr.contains(part), "{part}: {done:?}");
    }
    let settings = std::fs::read_to_string(format!("{path}/trickle.toml")).unwrap();
    for secret in [
        "legacy store password",
        "app's%20password",
        "jane's password",
    ] {
        assert!(!settings.contains(secret), "{settings}");
    }
    run(&["lint", path]).with_code(0);
    let test = test_project(path, &[]);
    assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
    assert!(
        test.stdout.contains("get_user: the same profile as login"),
        "{test:?}"
    );
    let counts = test.stdout.lines().any(|line| line.contains("count: "));
    assert!(counts, "{test:?}");
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
    server.execute(&database, &inserted());
    begin_from(&server.url(&database));
}

/// A store is somebody else's: its names are neither code nor lines of ours, and no terminal obeys them.
#[test]
fn names_of_a_store_are_only_names() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let table = r#"U&"it's\001b[31m\000aproven: `${x}` {{forms}} ##PATH## users""#;
    server.execute(
        &database,
        &format!(
            "CREATE TABLE {table} (id int PRIMARY KEY, email text, password text);
             INSERT INTO {table} VALUES (1, 'jane@example.com', '5f4dcc3b5aa765d61d8327deb882cf99')"
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let options = [
        "init",
        "--from",
        &server.url(&database),
        "--identifier",
        "jane@example.com",
        "--password-stdin",
        path,
    ];
    let done = run_with_input(&options, "password\n").with_code(0);
    assert!(!done.stderr.contains('\u{1b}'), "{done:?}");
    let proofs = done.stderr.lines().filter(|it| it.starts_with("proven:"));
    assert_eq!(proofs.count(), 1, "{done:?}");
    let script = std::fs::read_to_string(folder.path().join("login.js")).unwrap();
    assert!(!script.contains("##PATH##"), "{script}");
    let test = test_project(path, &[]);
    assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
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
    server.execute(&database, &inserted());
    begin_from(&server.url(&database));
}

#[test]
fn scripts_fit_a_table_in_sql_server() {
    let rows: Vec<String> = thousand()
        .iter()
        .map(|[email, hash, name]| {
            format!("INSERT INTO members (email, password_digest, full_name) VALUES ('{email}', '{hash}', '{name}');\n")
        })
        .collect();
    let server = Tds::start(&format!(
        "CREATE TABLE members (id INT IDENTITY PRIMARY KEY, email NVARCHAR(200), password_digest VARCHAR(80),
           full_name NVARCHAR(80), EmailConfirmed BIT NOT NULL DEFAULT 1);
         CREATE TABLE posts (id INT IDENTITY PRIMARY KEY, title NVARCHAR(80), password NVARCHAR(80));
         {}",
        rows.concat()
    ));
    begin_from(&format!(
        "mssql://{}:{}@127.0.0.1:{}/legacy?encrypt=false",
        server.user(),
        server.password().replace(' ', "%20"),
        server.port()
    ));
}

#[test]
fn scripts_fit_a_collection_in_mongodb() {
    let servers = Servers::start();
    let url = format!(
        "mongodb://app:app's%20password@127.0.0.1:{}/legacy?authSource=admin",
        servers.port("MONGODB_PORT")
    );
    let documents: Vec<_> = thousand()
        .into_iter()
        .map(|[email, hash, name]| {
            json!({ "email": email, "password_digest": hash, "profile": { "fullName": name, "tags": ["a"] } })
        })
        .collect();
    fill_mongodb(&url, "legacy", "members", &json!(documents).to_string());
    let post = json!([{ "title": "x", "password": "y" }]).to_string();
    fill_mongodb(&url, "legacy", "posts", &post);
    begin_from(&url);
}

/// The vectors of `trickle-password`, made by other implementations: each form is recognised, and its script takes the right password and
/// refuses others.
#[test]
fn each_form_of_hash_is_recognised_and_proven() {
    const FORMS: &[&str] = &[
        "bcrypt",
        "phpass",
        "wordpress-bcrypt",
        "django-pbkdf2",
        "django-scrypt",
        "django-bcrypt-sha256",
        "werkzeug-pbkdf2",
        "werkzeug-scrypt",
        "passlib-pbkdf2",
        "scrypt",
        "drupal7",
        "atlassian-pkcs5s2",
        "ldap",
        "aspnet-identity-v2",
        "aspnet-identity-v3",
        "des-crypt",
        "md5-crypt",
        "apr1",
        "sha256-crypt",
        "sha512-crypt",
        "mysql",
        "mssql",
        "magento",
        "django-digest",
        "werkzeug-hmac",
        "passlib-bcrypt-sha256",
        "spring-digest",
        "spring-pbkdf2",
        "spring-scrypt",
        "lambdaworks-scrypt",
        "plain",
        "keycloak",
    ];
    let made = repository().join("crates/trickle-password/tests/it/vectors/made.txt");
    let text = std::fs::read_to_string(made).unwrap();
    let vectors: Vec<(String, String)> = text
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|fields| {
            fields.len() == 4
                && FORMS.contains(&fields[1])
                && fields[2] == "\"correct horse\""
                && (fields[1] == "keycloak" || !fields[3].starts_with("{\""))
                && !fields[3].contains("\"algorithm\": \"stored\"")
        })
        .map(|fields| (fields[1].to_owned(), fields[3].to_owned()))
        .collect();
    for form in FORMS {
        assert!(vectors.iter().any(|(name, _)| name == form), "{form}");
    }
    let server = Postgres::start();
    let database = server.fresh_database();
    for (number, (_, hash)) in vectors.iter().enumerate() {
        server.execute(
            &database,
            &format!(
                "CREATE TABLE users_{number} (id int PRIMARY KEY, email text, password_hash text);
                 INSERT INTO users_{number} VALUES (1, 'jane@example.com', '{hash}')"
            ),
        );
    }
    let url = server.url(&database);
    for (number, (form, hash)) in vectors.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let table = format!("users_{number}");
        let options = [
            "init",
            "--from",
            &url,
            "--table",
            &table,
            "--identifier",
            "jane@example.com",
            "--password-stdin",
            folder.path().to_str().unwrap(),
        ];
        let wrong = run_with_input(&options, "incorrect horse\n");
        assert_eq!(wrong.code, 2, "{form} {hash}: {wrong:?}");
        let done = run_with_input(&options, "correct horse\n");
        assert_eq!(done.code, 0, "{form} {hash}: {done:?}");
        assert!(
            done.stderr.contains(&format!("hashes:  {form} (1)")),
            "{done:?}"
        );
    }
}

#[test]
fn hashes_that_no_script_can_be_written_for_are_named() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE users (id int PRIMARY KEY, email text, password text);
         INSERT INTO users VALUES (1, 'a@example.com', '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7'),
           (2, 'b@example.com', '!'), (3, 'c@example.com', 'secret');
         CREATE TABLE members (id int PRIMARY KEY, email text, hash text, salt text);
         INSERT INTO members VALUES (1, 'a@example.com', repeat('ab', 100), '00ff00ff00ff00ff');",
    );
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let url = server.url(&database);
    let done = run(&["init", "--from", &url, "--table", "users", folder]).with_code(2);
    for part in [
        "yescrypt (1, 33 %)",
        "no password (1",
        "nothing known (1",
        "trickle init --list",
    ] {
        assert!(done.stderr.contains(part), "{part}: {done:?}");
    }
    // A key may be made in so many ways that none is guessed.
    let done = run(&["init", "--from", &url, "--table", "members", folder]).with_code(2);
    assert!(done.stderr.contains("--identifier"), "{done:?}");
}

/// ASP.NET keeps salt and hash in two columns, in base64.
#[test]
fn hashes_of_aspnet_membership_are_told_apart() {
    let sql = "CREATE TABLE aspnet_Membership (UserId UNIQUEIDENTIFIER PRIMARY KEY, Email NVARCHAR(256), Password NVARCHAR(128), PasswordSalt NVARCHAR(128));
         INSERT INTO aspnet_Membership VALUES ('22222222-2222-2222-2222-222222222222', 'jane@example.com', 'To0XKd4A4z9aEIvYwknznoqnc6Q=', 'AQIDBAUGBwgJCgsMDQ4PEA==');
         CREATE TABLE Memberships (UserId UNIQUEIDENTIFIER PRIMARY KEY, Email NVARCHAR(256), Password NVARCHAR(128), PasswordSalt NVARCHAR(128));
         INSERT INTO Memberships VALUES ('22222222-2222-2222-2222-222222222222', 'jane@example.com', '20SwU2EVFRADLg3bJZsi1/bGgSkiB0LT0UM1PCRoY0c=', 'AQIDBAUGBwgJCgsMDQ4PEA==');";
    let server = Tds::start(sql);
    let url = format!(
        "mssql://{}:{}@127.0.0.1:{}/legacy?encrypt=false",
        server.user(),
        server.password().replace(' ', "%20"),
        server.port()
    );
    for (table, way) in [
        ("aspnet_Membership", "sha1 of ASP.NET membership"),
        ("Memberships", "HMAC-SHA-256 of ASP.NET Universal Providers"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let options = [
            "init",
            "--from",
            &url,
            "--table",
            table,
            "--identifier",
            "jane@example.com",
            "--password-stdin",
            path,
        ];
        let done = run_with_input(&options, "legacy password\n").with_code(0);
        assert!(done.stderr.contains(&format!("as {way}")), "{done:?}");
        run(&["lint", path]).with_code(0);
        let test = test_project(path, &[]);
        assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
    }
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
    let test = test_project(path, &[]);
    assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
}
