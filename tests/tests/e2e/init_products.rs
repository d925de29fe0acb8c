//! Beginning from the stores of products that many people run.

use serde_json::json;
use trickle_testkit::{mariadb::MariaDb, postgres::Postgres};
use trickle_tests::servers::{Servers, fill_mongodb};

use crate::init_forms::{COST, JANE, JANES, made};

#[test]
fn users_of_meteor_log_in() {
    let servers = Servers::start();
    let url = format!(
        "mongodb://app:app's%20password@127.0.0.1:{}/meteor?authSource=admin",
        servers.port("MONGODB_PORT")
    );
    // SHA-256 of Jane's password.
    let digest = "7bfe5da2e500d0c426ef2cec152657269b07901859ba2a03d69655382d364688";
    let user = json!([{
        "_id": "aXc9w3",
        "emails": [{ "address": "old@example.com", "verified": false }, { "address": JANE, "verified": true }],
        "services": { "password": { "bcrypt": bcrypt::hash(digest, COST).unwrap() }, "resume": { "loginTokens": [{ "hashedToken": "x" }] } },
        "profile": { "name": "Jane" },
    }]);
    fill_mongodb(&url, "meteor", "users", &user.to_string());
    let made = made(&url, &[]).stays_green().tells(&[
        "email:   emails[].address",
        "hash:    services.password.bcrypt",
        "as bcrypt over the password's SHA-256",
    ]);
    let profile = made.login(JANE, JANES).with_code(0).stdout;
    for part in [
        "legacy|aXc9w3",
        "\"email_verified\": true",
        "\"name\": \"Jane\"",
    ] {
        assert!(profile.contains(part), "{part}: {profile}");
    }
    let profile = made.login("old@example.com", JANES).with_code(0).stdout;
    assert!(profile.contains("\"email_verified\": false"), "{profile}");
}

#[test]
fn users_of_smf_log_in() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(format!("jim doe{JANES}"), COST).unwrap();
    // Over `jane` and Jane's password.
    let digest = "431ff57139bdabba265023d5e14692b1fbb5e2ee";
    server.execute(
        &database,
        &format!(
            "CREATE TABLE smf_members (id_member serial PRIMARY KEY, member_name text, email_address text, passwd text, password_salt text);
             INSERT INTO smf_members (member_name, email_address, passwd, password_salt)
               VALUES ('Jane', '{JANE}', '{digest}', 'x1y2'), ('Jim Doe', 'jim@example.com', '{hash}', 'z3');"
        ),
    );
    let made = made(&server.url(&database), &[]).stays_green().tells(&[
        "salt:    member_name",
        "as sha1 of SMF, over name and password",
        "compared as bcrypt over name and password",
    ]);
    for identifier in [JANE, "jim@example.com"] {
        made.login(identifier, JANES).with_code(0);
    }
}

#[test]
fn users_of_nextcloud_log_in() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let hash = bcrypt::hash(JANES, COST).unwrap();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE oc_users (uid varchar(64) PRIMARY KEY, displayname varchar(64), password varchar(255), uid_lower varchar(64));
             CREATE TABLE oc_preferences (userid varchar(64), appid varchar(32), configkey varchar(64), configvalue text,
               PRIMARY KEY (userid, appid, configkey));
             INSERT INTO oc_users VALUES ('jane', 'Jane', '1|{hash}', 'jane'), ('jim', 'Jim', '1|{hash}', 'jim');
             INSERT INTO oc_preferences VALUES ('jane', 'settings', 'email', '{JANE}'), ('jane', 'core', 'lang', 'en'),
               ('jim', 'core', 'lang', 'en'), ('jim', 'mail', 'email', '{JANE}'), ('jim', 'settings', 'email', 'jim@example.com');"
        ),
    );
    let made = made(&server.url(&database), &[]).stays_green().tells(&[
        "with:    public.oc_preferences by userid, where appid is settings, where configkey is email",
        "users:   2",
    ]);
    assert!(!made.told.contains("twins:"), "{}", made.told);
    for (identifier, id) in [(JANE, "legacy|jane"), ("jim@example.com", "legacy|jim")] {
        let profile = made.login(identifier, JANES).with_code(0).stdout;
        assert!(profile.contains(id), "{profile}");
    }
}

#[test]
fn credentials_of_keycloak_are_compared() {
    let server = Postgres::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        "CREATE TABLE user_entity (id varchar(36) PRIMARY KEY, email varchar(255), email_verified boolean, enabled boolean,
           username varchar(255), first_name varchar(255), last_name varchar(255), realm_id varchar(255));
         CREATE TABLE credential (id varchar(36) PRIMARY KEY, salt bytea, type varchar(255), user_id varchar(36) REFERENCES user_entity,
           secret_data text, credential_data text, priority integer);
         INSERT INTO user_entity VALUES ('u1', 'jane@example.com', true, true, 'jane', 'Jane', 'Doe', 'r'),
           ('u2', 'joe@example.com', false, true, 'joe', 'Joe', 'Doe', 'r');
         INSERT INTO credential VALUES
           ('c1', NULL, 'password', 'u1', '{\"value\":\"90hlr0qsLPXA+sGAAA4HGvpKmaG3s/H+pwdtNUSKKc+jxWQ32n9C5kOmY8hnab7UXq40V3w5nRrEFZ4RpxI3GA==\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\",\"additionalParameters\":{}}',
             '{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha512\",\"additionalParameters\":{}}', 10),
           ('c2', NULL, 'otp', 'u1', '{\"value\":\"seed\"}', '{\"subType\":\"totp\",\"digits\":6}', 20),
           ('c3', NULL, 'otp', 'u2', '{\"value\":\"seed\"}', '{\"subType\":\"totp\",\"digits\":6}', 20);",
    );
    let made = made(&server.url(&database), &[]).stays_green().tells(&[
        "with:    public.credential by user_id, where type is password",
        "keycloak in two columns (1) of all 1 rows",
        "as Keycloak",
    ]);
    made.login(JANE, "another password").with_code(1);
    made.login("joe@example.com", "seed").with_code(1);
}

#[test]
fn marked_hashes_of_phpbb_and_django_are_compared() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    server.execute(
        &database,
        &format!(
            "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(200), password VARCHAR(120));
             INSERT INTO users (email, password) VALUES ('{JANE}', CONCAT('$CP$', MD5('jane\\\\''s password'))),
               ('joe@example.com', 'crypt$$abNANd1rDfiNc'),
               ('ann@example.com', '$CP$$H$5E74xb6HXuUpokBK/qwlHqG560s8xh/');"
        ),
    );
    let made = made(&server.url(&database), &[])
        .stays_green()
        .tells(&["as phpBB 2"]);
    made.login("joe@example.com", "secret").with_code(0);
    made.login("joe@example.com", "another").with_code(1);
    // With a stroke before the quote, and in Windows-1252.
    let ann = "ann's \u{201c}password\u{201d}";
    made.login("ann@example.com", ann).with_code(0);
    made.login("ann@example.com", "ann's password").with_code(1);
}
