//! Users of a MariaDB database move, then the database goes.

use serde_json::{Value, json};
use trickle_testkit::{mariadb::MariaDb, wait_for};

use crate::harness::{Install, LIMIT, connection, node};

/// Three users in the table that the templates expect.
fn with_users(database: &MariaDb) -> String {
    let name = database.fresh_database();
    let mut rows = Vec::new();
    for (id, user) in [(1, "ann"), (2, "bob"), (3, "änne")] {
        let hash = bcrypt::hash(format!("{user}'s password"), 4).unwrap();
        rows.push(format!(
            "({id}, '{user}@example.com', 1, '{user}', '{hash}')"
        ));
    }
    let rows = rows.join(", ");
    let sql = format!(
        "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(254) UNIQUE, email_verified BOOLEAN, \
         nickname VARCHAR(50), password_hash CHAR(60)) CHARACTER SET utf8mb4; \
         INSERT INTO users VALUES {rows};"
    );
    database.execute(&name, &sql);
    name
}

async fn users_move(login: &str, get_user: &str) {
    let database = MariaDb::start();
    let configuration = json!({
        "DB_HOST": database.host(), "DB_PORT": database.port().to_string(),
        "DB_USER": database.user(), "DB_PASSWORD": database.password(),
        "DB_NAME": with_users(&database), "DB_CA": database.ca_pem(),
    });
    let address = format!("{}:{}", database.host(), database.port());
    let install = Install::new().with(&["--allow-net", &address]);
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(connection("customers", login, get_user, &configuration))
        .await;

    let logins = |logins: &[(&str, &str)]| -> Vec<(Value, Value)> {
        let logins: Vec<Value> = logins
            .iter()
            .map(|(name, password)| {
                json!({
                    "username": format!("{name}@example.com"), "password": password,
                    "realm": "customers",
                })
            })
            .collect();
        let parameters = json!({"logins": logins});
        let lines = node("login", "auth0v4", &server, &site.credentials, &parameters);
        let told = lines.iter().filter(|line| line["step"] != "userinfo");
        let told = told.filter(|line| line["step"] == "id_token" || line.get("failed").is_some());
        told.map(|line| {
            let value = &line["value"];
            let failed = &line["failed"];
            (value["sub"].clone(), failed["error"].clone())
        })
        .collect()
    };
    let is = |id: &str| (json!(id), Value::Null);
    let fails = |error: &str| (Value::Null, json!(error));

    let told = logins(&[
        ("ann", "wrong"),
        ("ann", "ann's password"),
        ("änne", "änne's password"),
        ("' OR 1=1 -- ", "x"),
    ]);
    let expected = [
        fails("invalid_grant"),
        is("auth0|1"),
        is("auth0|3"),
        fails("invalid_grant"),
    ];
    assert_eq!(told, expected);
    let taken = json!({"connection": "customers", "email": "bob@example.com", "password": "x"});
    manager.post("/users", &taken).await.with_status(409);

    let process = format!("/proc/{}", database.process_id());
    drop(database);
    wait_for(LIMIT, || !std::path::Path::new(&process).exists());
    let told = logins(&[
        ("ann", "ann's password"),
        ("ann", "wrong"),
        ("bob", "bob's password"),
        ("änne", "änne's password"),
    ]);
    let expected = [
        is("auth0|1"),
        fails("invalid_grant"),
        fails("temporarily_unavailable"),
        is("auth0|3"),
    ];
    assert_eq!(told, expected);
    assert_eq!(manager.users().await.len(), 2);
}

#[tokio::test]
async fn users_move_from_mariadb_with_mysql2() {
    users_move(
        include_str!("../../../templates/mysql2/login.js"),
        include_str!("../../../templates/mysql2/get_user.js"),
    )
    .await;
}

#[tokio::test]
async fn users_move_from_mariadb_with_mysql() {
    users_move(
        include_str!("../../../templates/mysql/login.js"),
        include_str!("../../../templates/mysql/get_user.js"),
    )
    .await;
}
