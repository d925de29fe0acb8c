//! The globals of the old sandbox.

use serde_json::{Value, json};
use trickle_model::{Action, ExecutionReport};
use trickle_testkit::http::LegacyService;
use trickle_testkit::tcp::Refused;

use crate::scripts::{Connection, Draft};
use crate::verdicts::{failed, profile};

async fn run(connection: &Connection) -> ExecutionReport {
    connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await
}

async fn value(draft: Draft, body: &str) -> Value {
    let text = format!("async function login(email, password, callback) {{\n{body}\n}}");
    let connection = draft.script(Action::Login, text).open();
    let report = run(&connection).await;
    connection.close().await;
    profile(report)["value"].clone()
}

/// Expressions over one global each, and what they give.
const CALLS: [(&str, &str); 21] = [
    ("_.pluck([{ a: 1 }, { a: 2 }], 'a')", "[1, 2]"),
    (
        "await new Promise((done) => async.waterfall([(next) => next(null, 1)], (error, one) => done(one)))",
        "1",
    ),
    ("bcrypt.compareSync('a', bcrypt.hashSync('a', 4))", "true"),
    (
        "crypto.createHash('sha1').update('a').digest('hex')",
        r#""86f7e437faa5a7fce15d1ddcb9eaeaea377667b8""#,
    ),
    // A key of sixteen bytes, none of which is a character of UTF-8.
    (
        "crypto.createCipheriv('aes-128-cbc', '\\xff'.repeat(16), '\\xfe'.repeat(16)).update('a'.repeat(16), 'utf8', 'hex').length",
        "32",
    ),
    (
        "Buffer.from(await crypto.subtle.digest('SHA-1', Buffer.from('a'))).toString('hex').slice(0, 8)",
        r#""86f7e437""#,
    ),
    (
        "crypto.getRandomValues(new Uint8Array(4)).length + crypto.randomUUID().length",
        "40",
    ),
    (
        "[ip('10.1.2.3').in_range('10.0.0.0/8'), ip('10.1.2.3').in_range(['192.168.0.0/16', '10.1.2.4']), ip('::1').in_range('::1')]",
        "[true, false, true]",
    ),
    (
        "(({ exp, iat }) => exp - iat)(jwt.decode(jwt.sign({ a: 1 }, 'key', { expiresInMinutes: 5 })))",
        "300",
    ),
    ("jwt.verify(jwt.sign({ a: 1 }, 'key'), 'key').a", "1"),
    (
        "Knex({ client: 'mysql' })('users').where('id', 1).toString()",
        r#""select * from `users` where `id` = 1""#,
    ),
    (
        "[typeof mongo, typeof mongo.ObjectID, mongo.Long.fromNumber(7).toString()]",
        r#"["function", "function", "7"]"#,
    ),
    (
        "ObjectID('5f0000000000000000000001').toString()",
        r#""5f0000000000000000000001""#,
    ),
    (
        "await new Promise((done) => pbkdf2.secureHash('pw', '200.c2FsdHNhbHQ=', (error, hash) => done(hash.slice(0, 8))))",
        r#""8rRY2bjp""#,
    ),
    ("await q.all([1, q(2)])", "[1, 2]"),
    ("querystring.parse('a=1&b=2').b", r#""2""#),
    (
        "[typeof sqlserver.connect, new sqlserver.Request('select 1', () => {}).sqlTextOrProcedure, sqlserver.Types.Int.name]",
        r#"["function", "select 1", "Int"]"#,
    ),
    ("[uuid().length, uuid.v4().length]", "[36, 36]"),
    (
        "await new Promise((done) => xml2js.parseString('<a><b>1</b></a>', (error, xml) => done(xml.a.b)))",
        r#"["1"]"#,
    ),
    (
        "xpath.select('string(/a/b)', new xmldom.DOMParser().parseFromString('<a><b>t</b></a>'))",
        r#""t""#,
    ),
    (
        "((one) => xtend(one, { b: 2 }) === one && one.b)({ a: 1 })",
        "2",
    ),
];

#[tokio::test]
async fn each_does_its_work() {
    for (expression, gives) in CALLS {
        let body = format!("callback(null, {{ user_id: '1', value: {expression} }});");
        let gives: Value = serde_json::from_str(gives).unwrap();
        assert_eq!(value(Draft::new(), &body).await, gives, "{expression}");
    }
}

#[tokio::test]
async fn request_asks_a_service() {
    let service = LegacyService::start();
    let draft = Draft::new()
        .configure("url", service.url())
        .allow_net(service.addr());
    let body = "request.get({ url: configuration.url + '/profile', json: true,
                  auth: { username: 'jane@example.com', password: 'legacy password' } },
                  function (error, response, body) {
                    if (error) return callback(error);
                    callback(null, { user_id: '1', value: [response.statusCode, body.user_id] });
                  });";
    assert_eq!(value(draft, body).await, json!([200, "42"]));
}

#[tokio::test]
async fn a_script_that_touches_none_loads_none() {
    let connection = Connection::with_login(
        "function login(email, password, callback) {
           const names = Object.keys(global);
           require('lodash');
           callback(null, { user_id: '1', value: ['_', 'request', 'mysql'].some((name) => names.includes(name)) });
         }",
    );
    let report = run(&connection).await;
    let loaded: Vec<_> = report
        .modules
        .iter()
        .map(|module| &module.requested)
        .collect();
    assert_eq!(loaded, ["lodash"]);
    assert_eq!(profile(report)["value"], false);
}

#[tokio::test]
async fn a_script_can_put_its_own_in_place() {
    let body = "global.request = 'mine';
                var _ = 'local';
                async = 5;
                const before = mysql;
                mysql = null;
                callback(null, { user_id: '1', value: [request, _, async, typeof before, mysql] });";
    let expected = json!(["mine", "local", 5, "function", null]);
    assert_eq!(value(Draft::new(), body).await, expected);
}

#[tokio::test]
async fn those_without_a_package_say_so() {
    for (name, says) in [
        ("Auth0", "use require('auth0')"),
        (
            "azure_storage",
            "needs the package 'azure-storage', which is not installed",
        ),
        (
            "couchbase",
            "needs the package 'couchbase', which is not installed",
        ),
        (
            "cql",
            "needs the package 'node-cassandra-cql', which is not installed",
        ),
        (
            "Pubnub",
            "needs the package 'pubnub', which is not installed",
        ),
    ] {
        let connection = Connection::with_login(&format!(
            "function login(email, password, callback) {{ {name}.connect(); }}"
        ));
        let report = run(&connection).await;
        connection.close().await;
        let error = report.outcome.error().unwrap();
        assert_eq!(error.name, "ReferenceError");
        assert!(error.message.contains(says), "{}", error.message);
    }
}

#[tokio::test]
async fn mongo_tells_of_a_server_that_is_away() {
    let away = Refused::start();
    let draft = || {
        Draft::new()
            .configure(
                "url",
                format!(
                    "mongodb://{}/shop?serverSelectionTimeoutMS=100",
                    away.addr()
                ),
            )
            .allow_net(away.addr())
    };
    let two = "mongo(configuration.url, (error, db) => callback(null, { user_id: '1', value: [error.name, db] }));";
    assert_eq!(
        value(draft(), two).await,
        json!(["MongoServerSelectionError", null])
    );
    let one = draft().script(
        Action::Login,
        "function login(email, password, callback) {
           mongo(configuration.url, (db) => callback(null, { user_id: db.databaseName }));
         }",
    );
    failed(run(&one.open()).await);
}
