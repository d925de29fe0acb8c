//! Drivers called as ten years ago, against real servers.

use serde_json::{Value, json};
use trickle_model::{Action, ExecutionReport};

use crate::databases::legacy::Legacy;
use crate::scripts::Connection;
use crate::verdicts::{failed, profile};

const MYSQL_OPTIONS: &str =
    "{ host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
  password: configuration.DB_PASSWORD, database: configuration.DB_NAME }";

const POSTGRES_ADDRESS: &str = "'postgres://' + configuration.DB_USER + ':' + encodeURIComponent(configuration.DB_PASSWORD) + '@' +
  configuration.DB_HOST + ':' + configuration.DB_PORT + '/' + configuration.DB_NAME";

fn open(legacy: &Legacy, body: &str) -> Connection {
    let text = format!(
        "function login(email, password, callback) {{\n{}\n}}",
        body.replace("MYSQL", MYSQL_OPTIONS)
            .replace("POSTGRES", POSTGRES_ADDRESS)
    );
    legacy.draft().script(Action::Login, text).open()
}

async fn run(connection: &Connection) -> ExecutionReport {
    connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await
}

async fn nickname(legacy: &Legacy, body: &str) -> Value {
    let connection = open(legacy, body);
    let report = run(&connection).await;
    connection.close().await;
    profile(report)["nickname"].clone()
}

#[tokio::test]
async fn mysql() {
    let legacy = Legacy::start("mysql");
    for body in [
        "var connection = mysql(MYSQL);
         connection.connect();
         connection.query('SELECT * FROM users WHERE email = ?', [email], function (error, rows) {
           if (error) return callback(error);
           callback(null, { user_id: '1', nickname: rows[0].nickname });
         });",
        "mysql.createConnection(MYSQL).query('SELECT * FROM users WHERE email = ' + mysql.escape(email),
           (error, rows) => callback(error, rows && { user_id: '1', nickname: rows[0].nickname }));",
        "mysql_pool(MYSQL).getConnection(function (error, connection) {
           if (error) return callback(error);
           connection.query('SELECT * FROM users WHERE email = ?', [email], function (error, rows) {
             connection.release();
             callback(error, rows && { user_id: '1', nickname: rows[0].nickname });
           });
         });",
        "Knex({ client: 'mysql', connection: MYSQL })('users').where({ email }).first()
           .then((user) => callback(null, { user_id: '1', nickname: user.nickname }), callback);",
    ] {
        assert_eq!(nickname(&legacy, body).await, "ann", "{body}");
    }
}

#[tokio::test]
async fn a_pool_is_kept_between_runs() {
    let legacy = Legacy::start("mysql");
    let connection = open(
        &legacy,
        "mysql_pool(MYSQL).query('SELECT connection_id() AS id', (error, rows) =>
           callback(error, rows && { user_id: String(rows[0].id), same: mysql_pool(MYSQL) === mysql_pool(MYSQL) }));",
    );
    let first = profile(run(&connection).await);
    assert_eq!(first["same"], true);
    assert_eq!(profile(run(&connection).await)["user_id"], first["user_id"]);
}

#[tokio::test]
async fn postgres() {
    let legacy = Legacy::start("postgres");
    for body in [
        "postgres(POSTGRES, function (error, client, done) {
           if (error) return callback(error);
           client.query('SELECT * FROM users WHERE email = $1', [email], function (error, result) {
             done();
             if (error) return callback(error);
             callback(null, { user_id: '1', nickname: result.rows[0].nickname });
           });
         });",
        // The template of 2014.
        "const postgres = require('pg');
         postgres.connect(POSTGRES, (error, client, done) => {
           if (error) return callback(error);
           client.query('SELECT * FROM users WHERE email = $1', [email], (error, result) => {
             done();
             callback(error, result && { user_id: '1', nickname: result.rows[0].nickname });
           });
         });",
        "require('pg@4.3.0').connect({ host: configuration.DB_HOST, port: configuration.DB_PORT, user: configuration.DB_USER,
             password: configuration.DB_PASSWORD, database: configuration.DB_NAME }, (error, client, done) => {
           if (error) return callback(error);
           const query = client.query('SELECT * FROM users WHERE email = $1', [email]);
           let nickname;
           query.on('row', (row) => { nickname = row.nickname; });
           query.on('error', callback);
           query.on('end', (result) => { done(); callback(null, { user_id: '1', nickname, rows: result.rowCount }); });
         });",
        "const client = new pg.Client(POSTGRES);
         client.connect((error) => {
           if (error) return callback(error);
           client.query('SELECT * FROM users WHERE email = $1', [email], (error, result) => {
             client.end();
             callback(error, result && { user_id: '1', nickname: result.rows[0].nickname });
           });
         });",
        "Knex({ client: 'pg', connection: POSTGRES })('users').where({ email }).first()
           .then((user) => callback(null, { user_id: '1', nickname: user.nickname }), callback);",
    ] {
        assert_eq!(nickname(&legacy, body).await, "ann", "{body}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_an_error_of_the_driver() {
    let legacy = Legacy::start("postgres");
    let connection = open(
        &legacy,
        "postgres('postgres://nobody:wrong@' + configuration.DB_HOST + ':' + configuration.DB_PORT + '/' + configuration.DB_NAME,
           function (error, client, done) {
             done();
             callback(error, { user_id: client });
           });",
    );
    let report = run(&connection).await;
    assert_eq!(
        report.outcome.error().unwrap().code.as_deref(),
        Some("28P01")
    );
    failed(report);
}

#[tokio::test]
async fn old_queries_can_be_awaited() {
    let legacy = Legacy::start("postgres");
    let body = "postgres(POSTGRES, async (error, client, done) => {
                  const { rows } = await client.query('SELECT * FROM users WHERE email = $1', [email]);
                  const failed = await client.query('SELECT nonsense').catch((error) => error.code);
                  done();
                  callback(null, { user_id: failed, nickname: rows[0].nickname });
                });";
    assert_eq!(nickname(&legacy, body).await, "ann");
}
