//! Scripts as they were written ten years ago.

use std::time::Duration;

use serde_json::{Map, json};
use trickle_model::Action;
use trickle_testkit::wait_for_async;

use super::legacy::Legacy;
use crate::scripts::{Connection, WALL};
use crate::verdicts::profile;

const RUNS: usize = 100;

const MYSQL: &str = "function login(email, password, callback) {
  var mysql = require('mysql');
  var bcrypt = require('bcrypt');
  var connection = mysql.createConnection({
    host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.DB_NAME
  });
  connection.connect();
  connection.query('SELECT * FROM users WHERE email = ?', [email], function (err, results) {
    if (err) return callback(err);
    if (results.length === 0) return callback(new WrongUsernameOrPasswordError(email));
    if (password === 'throw') throw new Error('in the driver');
    bcrypt.compare(password, results[0].password_hash, function (err, isValid) {
      if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
      callback(null, { user_id: results[0].id.toString(), email: results[0].email });
    });
  });
}";

const POSTGRES: &str = "function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.DB_NAME
  });
  client.connect(function (err) {
    if (err) return callback(err);
    client.query('SELECT * FROM users WHERE email = $1', [email], function (err, result) {
      if (err || result.rows.length === 0) return callback(err || new WrongUsernameOrPasswordError(email));
      const user = result.rows[0];
      if (password === 'throw') throw new Error('in the driver');
      require('bcrypt').compare(password, user.password_hash, function (err, isValid) {
        if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
        callback(null, { user_id: user.id, email: user.email });
      });
    });
  });
}";

const MYSQL_POOL: &str = "async function login(email, password, callback) {
  global.pool = global.pool || require('mysql2').createPool({
    host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.DB_NAME, connectionLimit: 2
  });
  global.pool.query('SELECT * FROM users WHERE email = ?', [email], (err, rows) => {
    if (err) return callback(err);
    if (password === 'throw') throw new Error('in the driver');
    callback(null, { user_id: rows[0].id, email: rows[0].email });
  });
}";

/// Keeps one client in `global` and opens another for every run, which it forgets.
const KEPT_AND_FORGOTTEN: &str = "function login(email, password, callback) {
  const { Client } = require('pg');
  const settings = {
    host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.DB_NAME
  };
  const forgotten = new Client(settings);
  forgotten.connect((err) => {
    if (err) return callback(err);
    if (!global.kept) {
      global.kept = new Client(settings);
      global.kept.connect();
    }
    global.kept.query('SELECT pg_backend_pid() AS pid', (err, result) => {
      callback(err, err ? undefined : { user_id: result.rows[0].pid, email });
    });
  });
}";

/// Time for work after the callback, in tests that wait for its end.
const SHORT_GRACE: Duration = Duration::from_millis(50);

fn open(legacy: &Legacy, script: &str) -> Connection {
    legacy.draft().script(Action::Login, script).open()
}

async fn check_leaks(legacy: &Legacy, script: &str) {
    let connection = open(legacy, script);
    let mut most = 0;
    for _ in 0..RUNS {
        let ann = json!(["ann@example.org", "ann's password"]);
        let report = connection.run(Action::Login, ann).await;
        assert_eq!(profile(report)["email"], "ann@example.org");
        most = most.max(legacy.connections());
    }
    // The server's default is 151 for all its clients.
    assert!(most < 150, "{most} connections were open at once");
    connection.close().await;
    legacy.wait_until_unused();
}

/// Of two runs in one worker the one whose code throws in a driver's callback fails, the other is answered.
async fn check_throws(legacy: &Legacy, script: &str) {
    let connection = open(legacy, script);
    let begin = |password: &str| {
        let arguments = json!(["ann@example.org", password]);
        connection.begin(Action::Login, arguments, Map::new())
    };
    for _ in 0..5 {
        let runs = [
            begin("ann's password"),
            begin("throw"),
            begin("ann's password"),
        ];
        let [first, thrown, last] = runs;
        let thrown = thrown.await.unwrap();
        assert_eq!(
            thrown.outcome.name(),
            "script_error",
            "{:?}",
            thrown.outcome
        );
        assert_eq!(thrown.outcome.error().unwrap().message, "in the driver");
        assert!(thrown.outcome.error().unwrap().line.is_some());
        profile(first.await.unwrap());
        profile(last.await.unwrap());
    }
    connection.close().await;
}

#[tokio::test]
async fn mysql_connections_that_nobody_closes() {
    check_leaks(&Legacy::start("mysql"), MYSQL).await;
}

#[tokio::test]
async fn postgres_connections_that_nobody_closes() {
    check_leaks(&Legacy::start("postgres"), POSTGRES).await;
}

#[tokio::test]
async fn a_pool_that_lives_in_global() {
    let legacy = Legacy::start("mysql2");
    let connection = open(&legacy, MYSQL_POOL);
    for _ in 0..RUNS {
        let ann = json!(["ann@example.org", "any"]);
        profile(connection.run(Action::Login, ann).await);
    }
    assert!(legacy.connections() <= 2);
    connection.close().await;
    legacy.wait_until_unused();
}

#[tokio::test]
async fn code_that_throws_in_a_mysql_callback() {
    check_throws(&Legacy::start("mysql"), MYSQL).await;
}

#[tokio::test]
async fn code_that_throws_in_a_mysql_pools_callback() {
    check_throws(&Legacy::start("mysql2"), MYSQL_POOL).await;
}

#[tokio::test]
async fn code_that_throws_in_a_postgres_callback() {
    check_throws(&Legacy::start("postgres"), POSTGRES).await;
}

#[tokio::test]
async fn a_run_without_answer_is_noticed_beside_a_forgotten_connection() {
    for (template, script) in [("mysql", MYSQL), ("postgres", POSTGRES)] {
        let legacy = Legacy::start(template);
        let connection = legacy
            .draft()
            .script(Action::Login, script)
            .script(Action::GetUser, "function getUser(email, callback) {}")
            .limits(|limits| limits.grace = SHORT_GRACE)
            .open();
        let ann = json!(["ann@example.org", "ann's password"]);
        profile(connection.run(Action::Login, ann).await);
        let report = connection
            .run(Action::GetUser, json!(["ann@example.org"]))
            .await;
        assert_eq!(
            report.outcome.name(),
            "did_not_answer",
            "{:?}",
            report.outcome
        );
        connection.close().await;
    }
}

#[tokio::test]
async fn forgotten_connections_are_closed_and_kept_ones_are_not() {
    let legacy = Legacy::start("postgres");
    let connection = legacy
        .draft()
        .script(Action::Login, KEPT_AND_FORGOTTEN)
        .limits(|limits| limits.grace = SHORT_GRACE)
        .open();
    let mut kept = Vec::new();
    for _ in 0..20 {
        let ann = json!(["ann@example.org", "any"]);
        kept.push(profile(connection.run(Action::Login, ann).await)["user_id"].clone());
    }
    kept.dedup();
    assert_eq!(kept.len(), 1, "the client in global was closed: {kept:?}");
    // That client, and those of the last three runs. On a busy machine runs end late, and it is later ones that close what those left;
    // the server's processes take their time to go.
    wait_for_async(WALL, async || {
        let ann = json!(["ann@example.org", "any"]);
        profile(connection.run(Action::Login, ann).await);
        tokio::time::sleep(10 * SHORT_GRACE).await;
        legacy.connections() <= 4
    })
    .await;
    connection.close().await;
}
