//! `trickle init --from` with stores that are not one table with one form of hash.

use serde_json::json;
use trickle_testkit::{ca::TestCa, mariadb::MariaDb, postgres::Postgres, tds::Tds};
use trickle_tests::servers::{Servers, fill_mongodb};

use crate::harness::{Done, run, run_with_input, test_project};

/// Low, as many hashes are made.
pub(crate) const COST: u32 = 4;
pub(crate) const JANE: &str = "jane@example.com";
pub(crate) const JANES: &str = "jane's password";

/// A folder of scripts that were made from a store.
pub(crate) struct Made {
    folder: tempfile::TempDir,
    pub(crate) told: String,
}

impl Made {
    pub(crate) fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// One login.
    pub(crate) fn login(&self, identifier: &str, password: &str) -> Done {
        let args = [
            "try",
            "login",
            "--project",
            self.path(),
            "--identifier",
            identifier,
            "--password-stdin",
            "--json",
        ];
        run_with_input(&args, password)
    }

    /// Clean, green, and with no file touched.
    #[track_caller]
    pub(crate) fn stays_green(self) -> Self {
        run(&["lint", self.path()]).with_code(0);
        let test = test_project(self.path(), &[]);
        assert_eq!(test.code, 0, "{}\n{}", test.stdout, test.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn tells(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.told.contains(part), "{part}: {}", self.told);
        }
        self
    }
}

/// What `init` comes to for a user with a password.
fn init(
    url: &str,
    options: &[&str],
    identifier: &str,
    password: &str,
) -> (Done, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let args = ["init", "--from", url, "--identifier", identifier];
    let rest = ["--password-stdin", folder.path().to_str().unwrap()];
    let done = run_with_input(&[&args[..], options, &rest].concat(), password);
    (done, folder)
}

/// Scripts that Jane proves; another password proves nothing.
#[track_caller]
pub(crate) fn made(url: &str, options: &[&str]) -> Made {
    let (wrong, _) = init(url, options, JANE, "another password");
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let (done, folder) = init(url, options, JANE, JANES);
    let told = done.with_code(0).stderr;
    Made { folder, told }
}

#[test]
fn every_form_of_a_mixture_logs_in_and_others_are_told() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE users (id serial PRIMARY KEY, email text, password_hash char(120), salt text);
         INSERT INTO users (email, password_hash, salt)
           SELECT 'old' || n || '@example.com', md5('pepper' || 'password ' || n), 'pepper' FROM generate_series(1, 300) n;",
    );
    let shared = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "INSERT INTO users (email, password_hash)
               SELECT 'new' || n || '@example.com', '{shared}' FROM generate_series(1, 700) n;
             INSERT INTO users (email, password_hash) VALUES ('{JANE}', '{shared}'),
               ('jim@example.com', '$1$saltsalt$GZhFrbHGthulm9hhToPS51'),
               ('nobody@example.com', '!'), ('none@example.com', NULL),
               ('yes@example.com', '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7')"
        ),
    );
    let made = made(&server.url(&database), &[]).stays_green().tells(&[
        "bcrypt (701, 70 %), md5 (300, 30 %)",
        "of all 1004 rows",
        "not compared: yescrypt (1)",
        "as bcrypt",
        "not proven: md5, compared as md5 in one of",
        "users:   1005",
    ]);
    for (identifier, password) in [
        (JANE, JANES),
        ("new3@example.com", JANES),
        ("old7@example.com", "password 7"),
        ("old300@example.com", "password 300"),
        ("jim@example.com", "jim's password"),
    ] {
        made.login(identifier, password).with_code(0);
        made.login(identifier, "another password").with_code(1);
    }
    for identifier in ["nobody@example.com", "none@example.com", "who@example.com"] {
        made.login(identifier, "!").with_code(1);
    }
    // A hash that the script cannot compare is a defect, and no wrong password.
    let told = made.login("yes@example.com", "any").with_code(3);
    assert!(told.stdout.contains("another form"), "{told:?}");
}

/// The known user may have any of the forms.
#[test]
fn a_form_that_is_proven_has_one_reading() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    let other = bcrypt::hash("another", COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(200), password VARCHAR(120));
             INSERT INTO users (email, password) VALUES ('{JANE}', CONCAT(SHA1(CONCAT('jane''s password', 'grain')), ':grain')),
               ('joe@example.com', '{other}'), ('ann@example.com', PASSWORD('ann''s password'));"
        ),
    );
    let made = made(&server.url(&database), &[])
        .stays_green()
        .tells(&["as sha1 over password and salt"]);
    made.login("ann@example.com", "ann's password").with_code(0);
    made.login("joe@example.com", "another").with_code(0);
    made.login("joe@example.com", "other").with_code(1);
}

#[test]
fn keys_with_salt_and_rounds_in_columns_are_found_out() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(200), password_hash VARBINARY(64), password_salt BINARY(16), iterations INT);
         INSERT INTO users VALUES (1, 'jane@example.com',
           UNHEX('860b6cb01b0b0d1208340f1a6789b453ec67b36ecf6d46b425c8458b91e70b17'), UNHEX('000102030405060708090a0b0c0d0e0f'), 2000);
         CREATE TABLE members (id INT PRIMARY KEY, email VARCHAR(200), hash VARCHAR(200), salt VARCHAR(64));
         INSERT INTO members VALUES (1, 'jane@example.com',
           'ead510b9603c8345e5129d6d8a2b9ecca70bc8a3a9ef988008219e23babf477eee52b005118ada652223bb9b9463c8e423d9c3aa3cdfabae2231b9d042a02887',
           '000102030405060708090a0b0c0d0e0f');
         CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(200), hash VARBINARY(20), salt VARBINARY(16));
         INSERT INTO customers VALUES (1, 'jane@example.com',
           UNHEX('289b0b98da35177970405988d3f6a8d7f23c7641'), UNHEX('000102030405060708090a0b0c0d0e0f'));
         CREATE TABLE persons (id INT PRIMARY KEY, email VARCHAR(200), hash VARCHAR(200));
         INSERT INTO persons VALUES (1, 'jane@example.com', 'sha1:2000:18:AAECAwQFBgcICQoLDA0ODxAREhMUFRYX:6r/nQ+1DeQC1gtRHuLxgH/IZ');
         CREATE TABLE accounts (id INT PRIMARY KEY, email VARCHAR(200), hash CHAR(40), salt VARCHAR(16));
         INSERT INTO accounts VALUES (1, 'jane@example.com', '8c8b69345514bb277cfadbff9475f92b0d551b58', 'grain');",
    );
    let url = server.url(&database);
    for (table, way) in [
        (
            "users",
            "PBKDF2 with sha256, as many rounds as the row says and salt",
        ),
        ("members", "PBKDF2 with sha512, 1000 rounds and salt"),
        ("customers", "sha1 over salt and password"),
        ("accounts", "HMAC of sha1, keyed with salt"),
        ("persons", "PBKDF2 behind its rounds"),
    ] {
        made(&url, &["--table", table])
            .stays_green()
            .tells(&[&format!("fits, as {way}\n")]);
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("scripts");
    let args = ["init", "--from", &url, "--table", "members"];
    let done = run(&[&args[..], &[folder.to_str().unwrap()]].concat());
    let told = done.with_code(0).stderr;
    assert!(told.contains("compared as sha512 in one of"), "{told}");
}

#[test]
fn texts_in_bytes_and_in_padded_columns_are_read() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id int PRIMARY KEY, email char(80), password bytea);
             INSERT INTO users VALUES (1, '{JANE}', '{hash}'::bytea);
             CREATE TABLE members (id int PRIMARY KEY, email char(80), password char(90));
             INSERT INTO members VALUES (1, '{JANE}', '{hash}');"
        ),
    );
    for table in ["users", "members"] {
        made(&server.url(&database), &["--table", table]).stays_green();
    }
    let server = MariaDb::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id BINARY(16) PRIMARY KEY, email VARCHAR(80), password BINARY(72));
             INSERT INTO users VALUES (UNHEX('000102030405060708090a0b0c0d0e0f'), '{JANE}', '{hash}');"
        ),
    );
    let made = made(&server.url(&database), &[]).stays_green();
    let profile = made.login(JANE, JANES).stdout;
    let id = "legacy|000102030405060708090a0b0c0d0e0f";
    assert!(profile.contains(id), "{profile}");
}

/// `users`, `user_emails` and `credentials`, in words that all servers take.
fn three_tables(kinds: [&str; 3]) -> String {
    let [key, flag, yes] = kinds;
    let hash = bcrypt::hash(JANES, COST).unwrap();
    format!(
        "CREATE TABLE users (id {key} PRIMARY KEY, full_name VARCHAR(80));
         CREATE TABLE user_emails (id {key} PRIMARY KEY, user_id INT REFERENCES users (id), address VARCHAR(120), is_primary {flag}, verified_at VARCHAR(40));
         CREATE TABLE password_history (id {key} PRIMARY KEY, user_id INT REFERENCES users (id), password_hash VARCHAR(120));
         CREATE TABLE credentials (user_id INT PRIMARY KEY REFERENCES users (id), password_hash VARCHAR(120));
         INSERT INTO users (full_name) VALUES ('Jane');
         INSERT INTO users (full_name) VALUES ('Ann');
         INSERT INTO user_emails (user_id, address, is_primary, verified_at) VALUES (1, 'jane@example.com', {yes}, '2020-01-02 03:04:05');
         INSERT INTO user_emails (user_id, address, is_primary, verified_at) VALUES (2, 'ann@example.com', {yes}, NULL);
         INSERT INTO password_history (user_id, password_hash) VALUES (1, 'former');
         INSERT INTO credentials (user_id, password_hash) VALUES (1, '{hash}');"
    )
}

#[track_caller]
fn joins(url: &str) {
    let made = made(url, &[]).stays_green().tells(&[
        "users\nwith:    ",
        "user_emails by user_id, where is_primary",
        "credentials by user_id",
        "email:   user_emails.address",
        "hash:    credentials.password_hash",
        "email_verified: user_emails.verified_at",
        "users:   2",
    ]);
    let profile = made.login(JANE, JANES).with_code(0).stdout;
    for part in ["legacy|1", "\"name\": \"Jane\"", "\"email_verified\": true"] {
        assert!(profile.contains(part), "{part}: {profile}");
    }
    // An account without a password.
    made.login("ann@example.com", "any").with_code(1);
}

#[test]
fn address_and_hash_may_be_in_tables_of_their_own() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(&database, &three_tables(["serial", "boolean", "true"]));
    joins(&server.url(&database));
    let server = MariaDb::start();
    let database = server.fresh_database();
    let kinds = ["INT AUTO_INCREMENT", "TINYINT(1)", "1"];
    server.execute(&database, &three_tables(kinds));
    joins(&server.url(&database));
    let server = Tds::start(&three_tables(["INT IDENTITY", "BIT", "1"]));
    joins(&format!(
        "mssql://{}:{}@127.0.0.1:{}/legacy?encrypt=false",
        server.user(),
        server.password().replace(' ', "%20"),
        server.port()
    ));
}

/// Devise's pepper, which is a secret.
#[test]
fn a_pepper_is_proven_and_kept_in_the_environment() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(format!("{JANES}a pepper"), COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id serial PRIMARY KEY, email text, encrypted_password text);
             INSERT INTO users (email, encrypted_password) VALUES ('{JANE}', '{hash}');"
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let pepper = folder.path().join("pepper");
    std::fs::write(&pepper, "a pepper\n").unwrap();
    let options = ["--pepper", pepper.to_str().unwrap()];
    let made = made(&server.url(&database), &options)
        .stays_green()
        .tells(&["as bcrypt over password and pepper"]);
    made.login(JANE, JANES).with_code(0);
    let settings = std::fs::read_to_string(made.folder.path().join("trickle.toml")).unwrap();
    assert!(
        settings.contains("PEPPER = { env = \"PEPPER\" }"),
        "{settings}"
    );
    assert!(!settings.contains("a pepper"), "{settings}");
}

/// Whether the store behind the gateway knows collations or not.
#[test]
fn capitals_in_documents_make_no_difference() {
    let servers = Servers::start();
    let url = format!(
        "mongodb://app:app's%20password@127.0.0.1:{}/capitals?authSource=admin",
        servers.port("MONGODB_PORT")
    );
    let hash = bcrypt::hash(JANES, COST).unwrap();
    let users = json!([
        { "_id": "1", "email": "Jane@Example.com", "password": hash },
        { "_id": "2", "email": "JaneX@Example.com", "password": hash },
    ]);
    fill_mongodb(&url, "capitals", "users", &users.to_string());
    let made = made(&url, &[]).stays_green();
    for typed in [JANE, "Jane@Example.com", "JANE@EXAMPLE.COM"] {
        let profile = made.login(typed, JANES).with_code(0).stdout;
        assert!(profile.contains("legacy|1"), "{profile}");
    }
    // No letter of an address stands for another.
    assert_ne!(made.login("jane.@example.com", JANES).code, 0);
}

#[test]
fn an_unknown_authority_is_an_outage_and_can_be_given() {
    let hash = bcrypt::hash(JANES, COST).unwrap();
    let table = "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(80), password VARCHAR(80));";
    let row = format!("INSERT INTO users VALUES (1, '{JANE}', '{hash}');");
    let postgres = Postgres::start();
    let database = postgres.fresh_database();
    postgres.execute(&database, &format!("{table}{row}"));
    let mariadb = MariaDb::start();
    let other = mariadb.fresh_database();
    mariadb.execute(&other, &format!("{table}{row}"));
    let ca = TestCa::new();
    let tds = Tds::start_encrypted(&format!("{table}\n{row}"), &ca);
    let folder = tempfile::tempdir().unwrap();
    let tds_ca = ca.write_to(folder.path()).ca;
    for (url, ca) in [
        (
            format!("{}?sslmode=require", postgres.url(&database)),
            postgres.ca_file(),
        ),
        (
            format!("{}?ssl=true", mariadb.url(&other)),
            mariadb.ca_file(),
        ),
        (
            format!(
                "mssql://{}:{}@localhost:{}/legacy",
                tds.user(),
                tds.password().replace(' ', "%20"),
                tds.port()
            ),
            tds_ca,
        ),
    ] {
        let (done, _) = init(&url, &[], JANE, JANES);
        assert_eq!(done.code, 5, "{done:?}");
        assert!(done.stderr.contains("--ca FILE"), "{done:?}");
        let made = made(&url, &["--ca", ca.to_str().unwrap()]);
        made.login(JANE, JANES).with_code(0);
        let settings = std::fs::read_to_string(made.folder.path().join("trickle.toml")).unwrap();
        assert!(
            settings.contains("DB_CA = { file = \"ca.pem\" }"),
            "{settings}"
        );
    }
    let (done, _) = init(
        "mysql://a:b@127.0.0.1:1/x",
        &["--ca", "/none.pem"],
        JANE,
        JANES,
    );
    assert_eq!(done.code, 2, "{done:?}");
}

/// Keycloak has several credentials of a user in one table, and of a password two columns with JSON.

#[test]
fn hashes_in_texts_of_php_are_compared() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE xf_user (user_id INT UNSIGNED PRIMARY KEY, username VARCHAR(50), email VARCHAR(120), is_banned TINYINT);
             CREATE TABLE xf_user_authenticate (user_id INT UNSIGNED PRIMARY KEY, scheme_class VARCHAR(80), data MEDIUMBLOB);
             INSERT INTO xf_user VALUES (1, 'jane', '{JANE}', 0), (2, 'joe', 'joe@example.com', 0);
             INSERT INTO xf_user_authenticate VALUES (1, 'XF:Core12', 'a:1:{{s:4:\"hash\";s:60:\"{hash}\";}}'),
               (2, 'XF:Core', CONCAT('a:3:{{s:4:\"hash\";s:40:\"', SHA1(CONCAT(SHA1('joe''s password'), 'grain')),
                 '\";s:4:\"salt\";s:5:\"grain\";s:8:\"hashFunc\";s:4:\"sha1\";}}'));"
        ),
    );
    let made = made(&server.url(&database), &[])
        .stays_green()
        .tells(&["hash:    xf_user_authenticate.data", "as XenForo"]);
    made.login("joe@example.com", "joe's password").with_code(0);
    made.login("joe@example.com", "another").with_code(1);
}

/// Keycloak before version 8, and Discourse: stores that have changed how they hash, and say of each row how it was done.
#[test]
fn rows_that_say_their_algorithm_are_compared_by_it() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE user_entity (id varchar(36) PRIMARY KEY, email varchar(255), enabled boolean, username varchar(255));
         CREATE TABLE credential (id varchar(36) PRIMARY KEY, hash_iterations integer, salt bytea, type varchar(255), value varchar(4000),
           user_id varchar(36), algorithm varchar(36));
         INSERT INTO user_entity VALUES ('u1', 'jane@example.com', true, 'jane'), ('u2', 'joe@example.com', true, 'joe');
         INSERT INTO credential VALUES
           ('c1', 2000, '\\x000102030405060708090a0b0c0d0e0f', 'password',
             'hgtssBsLDRIINA8aZ4m0U+xns27PbUa0JchFi5HnCxfTKiGdjiqJR1Mmm/WygFJ2JBbYkDjiNxgoMeRJ1aVjUw==', 'u1', 'pbkdf2-sha256'),
           ('c2', 1000, '\\x000102030405060708090a0b0c0d0e0f', 'password',
             '0zhpsBMlOHG37xRTn18CUK342urSQNIrQ2bFhsPxB+XJ2CKXp2k/gaU0bwDYJJNlAsIfLFKT/gaeVHD8ut9HWQ==', 'u2', 'pbkdf2');",
    );
    let way = "as PBKDF2 as the row's algorithm says and salt";
    let keycloak = made(&server.url(&database), &[])
        .stays_green()
        .tells(&[way]);
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE users (id serial PRIMARY KEY, username varchar(60), active boolean);
         CREATE TABLE invites (id serial PRIMARY KEY, user_id integer, email varchar(200));
         CREATE TABLE user_emails (id serial PRIMARY KEY, user_id integer, email varchar(200), \"primary\" boolean);
         CREATE TABLE user_passwords (id serial PRIMARY KEY, user_id integer, password_hash varchar(64), password_salt varchar(32),
           password_algorithm varchar(64));
         INSERT INTO users VALUES (1, 'jane', true), (2, 'joe', true);
         INSERT INTO user_emails (user_id, email, \"primary\") VALUES (1, 'jane@example.com', true), (2, 'joe@example.com', true);
         INSERT INTO user_passwords (user_id, password_hash, password_salt, password_algorithm) VALUES
           (1, '9d65327654d89c8f87897e99df6ca1b18ad7882d0fa39c7a3563380914d2317e', '000102030405060708090a0b0c0d0e0f',
             '$pbkdf2-sha256$i=2000,l=32$'),
           (2, '5a2b97cb540fcdd67865cab86263b1d1b46fe438535aee171e07ab026fd7701f', '000102030405060708090a0b0c0d0e0f',
             '$pbkdf2-sha256$i=1000,l=32$');",
    );
    let discourse = made(&server.url(&database), &[])
        .stays_green()
        .tells(&[way, "with:    public.user_emails by user_id"]);
    for made in [keycloak, discourse] {
        made.login("joe@example.com", "joe's password").with_code(0);
        made.login("joe@example.com", "another").with_code(1);
    }
}

#[test]
fn a_missing_index_is_told_of_large_tables() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id serial PRIMARY KEY, email varchar(200), password text);
             INSERT INTO users (email, password) SELECT 'u' || n || '@example.com', '{hash}' FROM generate_series(1, 12000) n;
             INSERT INTO users (email, password) VALUES ('{JANE}', '{hash}');
             ANALYZE users;"
        ),
    );
    let statement = "CREATE INDEX CONCURRENTLY ON \"public\".\"users\" (lower(\"email\"))";
    let url = server.url(&database);
    made(&url, &[]).tells(&[statement]);
    server.execute(&database, "CREATE INDEX ON users (lower(email))");
    let (done, _folder) = init(&url, &[], JANE, JANES);
    assert!(!done.stderr.contains("index:"), "{done:?}");
    done.with_code(0);
}

#[test]
fn twins_are_counted_in_sql_server() {
    let hash = bcrypt::hash(JANES, COST).unwrap();
    let server = Tds::start(&format!(
        "CREATE TABLE users (id INT IDENTITY PRIMARY KEY, email NVARCHAR(200), password VARCHAR(80));
         INSERT INTO users (email, password) VALUES ('{JANE}', '{hash}');
         INSERT INTO users (email, password) VALUES ('joe@example.com', '{hash}');
         INSERT INTO users (email, password) VALUES ('Joe@example.com', '{hash}');"
    ));
    let url = format!(
        "mssql://{}:{}@127.0.0.1:{}/legacy?encrypt=false",
        server.user(),
        server.password().replace(' ', "%20"),
        server.port()
    );
    made(&url, &[]).tells(&["twins:   1 address has several rows"]);
}

/// What shuts users out is left to people: one line of the script.
#[test]
fn bans_of_a_forum_shut_out_where_the_check_is_used() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE phpbb_users (user_id INT AUTO_INCREMENT PRIMARY KEY, user_email VARCHAR(100), user_password VARCHAR(255));
             CREATE TABLE phpbb_banlist (ban_id INT AUTO_INCREMENT PRIMARY KEY, ban_userid INT, ban_ip VARCHAR(40), ban_end INT, ban_exclude TINYINT);
             INSERT INTO phpbb_users (user_email, user_password) VALUES ('{JANE}', '{hash}'), ('banned@example.com', '{hash}'),
               ('was@example.com', '{hash}');
             INSERT INTO phpbb_banlist (ban_userid, ban_ip, ban_end, ban_exclude) VALUES (2, '', 0, 0), (3, '', 1000, 0), (0, '::1', 0, 0);"
        ),
    );
    let made = made(&server.url(&database), &[])
        .stays_green()
        .tells(&["not heeded: phpbb_banlist.ban_userid"]);
    made.login("banned@example.com", JANES).with_code(0);
    let path = made.folder.path().join("login.js");
    let script = std::fs::read_to_string(&path).unwrap();
    let used = script.replace("// if (Number(user.bans)", "if (Number(user.bans)");
    std::fs::write(&path, used).unwrap();
    made.login("banned@example.com", JANES).with_code(1);
    for identifier in [JANE, "was@example.com"] {
        made.login(identifier, JANES).with_code(0);
    }
}
