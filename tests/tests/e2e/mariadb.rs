//! Users of a MariaDB database move, then the database goes.

use serde_json::{Value, json};
use trickle_testkit::{mariadb::MariaDb, wait_for};

use crate::harness::{Install, LIMIT, connection, node};

const LOGIN: &str = r"
function login(email, password, callback) {
  const mysql = require('mysql2');
  const bcrypt = require('bcrypt');
  const connection = mysql.createConnection({
    host: configuration.host, port: Number(configuration.port), user: configuration.user,
    password: configuration.password, database: configuration.database
  });
  const done = (error, profile) => { connection.destroy(); callback(error, profile); };
  connection.query('SELECT id, nickname, email, password FROM users WHERE email = ?', [email],
    function (error, rows) {
      if (error) return done(error);
      if (rows.length === 0) return done(new WrongUsernameOrPasswordError(email));
      bcrypt.compare(password, rows[0].password, function (error, same) {
        if (error) return done(error);
        if (!same) return done(new WrongUsernameOrPasswordError(email));
        done(null, { user_id: rows[0].id.toString(), nickname: rows[0].nickname, email: rows[0].email });
      });
    });
}";

/// The same with the older driver, which the official template names.
fn old_login() -> String {
    LOGIN.replace("mysql2", "mysql")
}

fn get_user(driver: &str) -> String {
    format!(
        "function getUser(email, callback) {{
  const connection = require('{driver}').createConnection({{
    host: configuration.host, port: Number(configuration.port), user: configuration.user,
    password: configuration.password, database: configuration.database
  }});
  connection.query('SELECT id, nickname, email FROM users WHERE email = ?', [email], function (error, rows) {{
    connection.destroy();
    if (error) return callback(error);
    if (rows.length === 0) return callback(null);
    callback(null, {{ user_id: rows[0].id.toString(), nickname: rows[0].nickname, email: rows[0].email }});
  }});
}}"
    )
}

fn with_users(database: &MariaDb) -> String {
    let name = database.fresh_database();
    let mut sql =
        "CREATE TABLE users (id INT PRIMARY KEY, nickname VARCHAR(50), email VARCHAR(200), \
                   password CHAR(60)) CHARACTER SET utf8mb4;\n"
            .to_owned();
    for (id, user) in [(1, "ann"), (2, "bob"), (3, "änne")] {
        let hash = bcrypt::hash(format!("{user}'s password"), 4).unwrap();
        sql += &format!(
            "INSERT INTO users VALUES ({id}, '{user}', '{user}@example.com', '{hash}');\n"
        );
    }
    database.execute(&name, &sql);
    name
}

async fn users_move(login: &str, get_user: &str) {
    let database = MariaDb::start();
    let configuration = json!({
        "host": database.host(), "port": database.port().to_string(), "user": database.user(),
        "password": database.password(), "database": with_users(&database),
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
    users_move(LOGIN, &get_user("mysql2")).await;
}

#[tokio::test]
async fn users_move_from_mariadb_with_mysql() {
    users_move(&old_login(), &get_user("mysql")).await;
}
