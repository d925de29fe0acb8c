//! `trickle try --record`, `--replay` and `--watch`.

use tempfile::TempDir;
use trickle_testkit::{http::LegacyService, mariadb::MariaDb, postgres::Postgres};
use trickle_tests::servers::{Servers, fill_mongodb};

use crate::harness::{Done, Watching, run, run_with_input};

/// A template's folder, a recording and its key.
struct Stage {
    folder: TempDir,
    email: &'static str,
}

impl Stage {
    fn new(template: &str, changes: &[(&str, &str)], secrets: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stage = Self {
            folder,
            email: "jane@example.com",
        };
        run(&["init", "--template", template, &stage.path("scripts")]).with_code(0);
        let file = stage.path("scripts/trickle.toml");
        let mut text = std::fs::read_to_string(&file).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{template} has no {from}");
            text = text.replace(from, to);
        }
        std::fs::write(file, text).unwrap();
        let secrets = format!("TEST_PASSWORD='legacy password'\n{secrets}");
        std::fs::write(stage.path("scripts/.env"), secrets).unwrap();
        stage
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn login(&self, options: &[&str], password: &str) -> Done {
        let (project, key) = (self.path("scripts"), self.path("recording.key"));
        let own = [
            "try",
            "login",
            "--json",
            "--password-stdin",
            "--project",
            &project,
            "--identifier",
            self.email,
            "--recording-key",
            &key,
        ];
        run_with_input(&[&own[..], options].concat(), &format!("{password}\n"))
    }

    fn record(&self) -> Done {
        self.login(&["--record", &self.path("run.tape")], "legacy password")
    }

    fn replay(&self) -> Done {
        self.login(&["--replay", &self.path("run.tape")], "legacy password")
    }

    /// The run is recorded; when the store is gone it is played back to the same profile, twice.
    fn prove(&self, store: impl Sized) {
        let recorded = self.record().with_code(0);
        assert!(recorded.stderr.contains("recorded "), "{recorded:?}");
        let bytes = std::fs::read(self.path("run.tape")).unwrap();
        for secret in [&b"legacy password"[..], b"jane@example.com", b"$2b$10"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
        drop(store);
        for _ in 0..2 {
            let played = self.replay().with_code(0);
            assert_eq!(played.json()["profile"], recorded.json()["profile"]);
            assert!(!played.stderr.contains("replay: "), "{played:?}");
        }
    }
}

#[test]
fn a_run_over_http_is_played_back_without_the_service() {
    let service = LegacyService::start();
    let stage = Stage::new(
        "basic-auth",
        &[("127.0.0.1:8080", &service.addr().to_string())],
        "SERVICE_TOKEN=x\n",
    );
    stage.prove(service);
}

#[test]
fn a_run_over_mysql_is_played_back_without_the_server() {
    let server = MariaDb::start();
    let database = server.fresh_database();
    let stage = Stage::new(
        "mysql2",
        &[
            ("3306", &server.port().to_string()),
            (
                "\"legacy\"\nDB_USER = \"trickle\"",
                &format!("\"{database}\"\nDB_USER = \"{}\"", server.user()),
            ),
        ],
        &format!("DB_PASSWORD='{}'\n", server.password()),
    );
    server.execute(&database, &stage.read("scripts/schema.sql"));
    server.execute(&database, &stage.read("scripts/fixtures.sql"));
    stage.prove(server);
}

/// Its login by SCRAM has a random number of the client's, which must be the same again.
#[test]
fn a_run_over_postgresql_is_played_back_without_the_server() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let stage = Stage::new(
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
    server.execute(&database, &stage.read("scripts/schema.sql"));
    server.execute(&database, &stage.read("scripts/fixtures.sql"));
    stage.prove(server);
}

#[test]
fn a_run_over_mongodb_is_played_back_without_the_server() {
    let servers = Servers::start();
    let port = servers.port("MONGODB_PORT");
    let url = format!("mongodb://app:app's%20password@127.0.0.1:{port}/?authSource=admin");
    let stage = Stage::new(
        "mongodb",
        &[("27017", &port.to_string())],
        &format!("MONGO_URL=\"{url}\"\n"),
    );
    fill_mongodb(
        &url,
        "legacy",
        "users",
        &stage.read("scripts/fixtures.json"),
    );
    let recorded = stage.record().with_code(0);
    drop(servers);
    // Its heartbeats come when they come; what counts is what the script gets.
    let played = stage.replay().with_code(0);
    assert_eq!(played.json()["profile"], recorded.json()["profile"]);
}

#[test]
fn another_run_than_the_recorded_one_is_told() {
    let service = LegacyService::start();
    let stage = Stage::new(
        "basic-auth",
        &[("127.0.0.1:8080", &service.addr().to_string())],
        "SERVICE_TOKEN=x\n",
    );
    stage.record().with_code(0);
    let tape = stage.path("run.tape");
    let other = stage.login(&["--replay", &tape], "another password");
    assert!(other.stderr.contains("sent other bytes"), "{other:?}");

    let file = stage.path("scripts/login.js");
    let elsewhere = "function login(email, password, callback) {
  require('http').get('http://127.0.0.1:9/', () => {}).on('error', callback);
}
";
    std::fs::write(file, elsewhere).unwrap();
    let other = stage.login(
        &["--replay", &tape, "--allow-net", "127.0.0.1:9"],
        "legacy password",
    );
    assert_eq!(other.json()["outcome"], "legacy_store_down", "{other:?}");
    assert!(
        other
            .stderr
            .contains("127.0.0.1:9 that the recording has not"),
        "{other:?}"
    );

    let done = stage.login(&["--replay", &stage.path("scripts/login.js")], "x");
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("no recording"), "{done:?}");
}

#[test]
fn an_outage_and_random_numbers_are_played_back() {
    let stage = Stage::new("basic-auth", &[], "SERVICE_TOKEN=x\n");
    let script = "function login(email, password, callback) {
  const crypto = require('crypto');
  const profile = {
    user_id: crypto.randomUUID(),
    email,
    nickname: `${Math.random()} ${crypto.randomBytes(8).toString('hex')} ${globalThis.crypto.getRandomValues(new Uint8Array(4))}`,
    year: new Date(Date.now()).getFullYear() === new Date().getFullYear(),
  };
  require('net').connect(8080, '127.0.0.1')
    .on('connect', () => callback(new Error('somebody is there')))
    .on('error', (error) => callback(null, { ...profile, name: error.code }));
}
";
    let nobody = trickle_testkit::tcp::Refused::start();
    let port = nobody.addr().port().to_string();
    std::fs::write(
        stage.path("scripts/login.js"),
        script.replace("8080", &port),
    )
    .unwrap();
    let settings = stage.read("scripts/trickle.toml").replace("8080", &port);
    std::fs::write(stage.path("scripts/trickle.toml"), settings).unwrap();
    let recorded = stage.record().with_code(0).json();
    assert_eq!(recorded["profile"]["name"], "ECONNREFUSED");
    assert_eq!(recorded["profile"]["year"], true);
    let played = stage.replay().with_code(0).json();
    assert_eq!(played["profile"], recorded["profile"]);
    let fresh = stage.login(&[], "legacy password").with_code(0).json();
    assert_ne!(fresh["profile"], recorded["profile"]);
}

#[test]
fn a_script_runs_again_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("get_user.js");
    let text = "function getUser(email, callback) { callback(null); }";
    std::fs::write(&script, text).unwrap();
    let path = script.to_str().unwrap();
    let args = ["--watch", "--script", path, "--identifier", "a@b.c"];
    let watching = Watching::start(&[&["try", "get-user"], &args[..]].concat());
    watching.waits_after(1);
    assert!(watching.told().contains("no_such_user"));
    let defect = "function getUser(email, callback) { callback(new Error('second')); }";
    std::fs::write(&script, defect).unwrap();
    watching.waits_after(2);
    assert!(watching.told().contains("second"), "{}", watching.told());
    assert_eq!(watching.interrupt().code(), Some(0));
}

/// The template against a server of its own, with TLS.
fn prove_encrypted<S: std::ops::Deref<Target = trickle_testkit::server::Server>>(
    template: &str,
    server: S,
    port: &str,
    [database, user, password]: [&str; 3],
    execute: impl Fn(&S, &str),
) {
    let stage = Stage::new(
        template,
        &[
            (port, &server.port().to_string()),
            (
                "\"legacy\"\nDB_USER = \"trickle\"",
                &format!("\"{database}\"\nDB_USER = \"{user}\""),
            ),
            ("# DB_CA", "DB_CA"),
        ],
        &format!("DB_PASSWORD='{password}'\n"),
    );
    std::fs::write(stage.path("scripts/ca.pem"), server.ca_pem()).unwrap();
    execute(&server, &stage.read("scripts/schema.sql"));
    execute(&server, &stage.read("scripts/fixtures.sql"));

    let other = trickle_testkit::ca::TestCa::new();
    std::fs::write(stage.path("scripts/ca.pem"), other.ca_pem()).unwrap();
    let doubtful = stage.record();
    assert_eq!(doubtful.json()["outcome"], "legacy_store_down");
    assert_eq!(stage.replay().json()["error"], doubtful.json()["error"]);

    std::fs::write(stage.path("scripts/ca.pem"), server.ca_pem()).unwrap();
    stage.prove(server);
}

#[test]
fn a_run_over_tls_to_postgresql_is_played_back_without_the_server() {
    let server = Postgres::start();
    let database = server.fresh_database();
    let access = [database.as_str(), server.user(), server.password()];
    prove_encrypted("postgres", server, "5432", access, |server, sql| {
        server.execute(&database, sql);
    });
}

#[test]
fn a_run_over_tls_to_mysql_is_played_back_without_the_server() {
    for template in ["mysql2", "mysql"] {
        let server = MariaDb::start();
        let database = server.fresh_database();
        let access = [database.as_str(), server.user(), server.password()];
        prove_encrypted(template, server, "3306", access, |server, sql| {
            server.execute(&database, sql);
        });
    }
}

/// Whoever holds the recorder's end of an https connection answers with the server's certificate.
#[test]
fn runs_over_https_and_mongodb_with_tls_are_played_back() {
    let servers = Servers::start();
    let given = servers.configuration();
    let stage = Stage::new("basic-auth", &[], "SERVICE_TOKEN=x\n");
    let script = "function login(email, password, callback) {
  const https = require('https');
  const { MongoClient } = require('mongodb');
  const { HTTPS, MUTUAL, MONGODB_TLS, CA: ca, CLIENT_CERT: cert, CLIENT_KEY: key } = configuration;

  const got = (url, options) => new Promise((resolve, reject) => {
    https.get(url, options, (answer) => {
      const { authorized, alpnProtocol } = answer.socket;
      const { subjectaltname } = answer.socket.getPeerCertificate();
      answer.resume();
      answer.on('end', () => resolve([answer.statusCode, authorized, alpnProtocol, subjectaltname]));
    }).on('error', reject);
  });
  const failing = (url, options) => got(url, options).then(() => 'no error', ({ code }) => code);

  async function check() {
    const client = new MongoClient(MONGODB_TLS, { ca });
    await client.connect();
    const { ok } = await client.db('legacy').command({ ping: 1 });
    await client.close();
    const doubted = await failing(HTTPS, {});
    const renamed = await failing(HTTPS, { ca, servername: 'other.example' });
    const unchecked = await got(HTTPS, { rejectUnauthorized: false });
    const seen = JSON.stringify([ok, doubted, renamed, unchecked, await got(HTTPS, { ca }), await got(MUTUAL, { ca, cert, key })]);
    return { user_id: '1', email, seen };
  }
  check().then((profile) => callback(null, profile), callback);
}
";
    std::fs::write(stage.path("scripts/login.js"), script).unwrap();
    let keys = [
        "HTTPS",
        "MUTUAL",
        "MONGODB_TLS",
        "CA",
        "CLIENT_CERT",
        "CLIENT_KEY",
    ];
    let configuration: Vec<String> = keys
        .iter()
        .map(|key| format!("{key} = {}", serde_json::Value::from(given[*key].as_str())))
        .collect();
    let settings = format!(
        "[network]\nallow = [\"127.0.0.1\"]\n\n[configuration]\n{}\n",
        configuration.join("\n")
    );
    std::fs::write(stage.path("scripts/trickle.toml"), settings).unwrap();
    let plain = stage.login(&[], "legacy password").with_code(0).json();
    let recorded = stage.record().with_code(0).json();
    // The recorder changes nothing that the script sees.
    assert_eq!(recorded["profile"]["seen"], plain["profile"]["seen"]);
    drop(servers);
    let played = stage.replay().with_code(0).json();
    assert_eq!(played["profile"], recorded["profile"]);
}

#[test]
fn what_encrypts_by_itself_is_told() {
    let servers = Servers::start();
    let given = servers.configuration();
    let stage = Stage::new("basic-auth", &[], "SERVICE_TOKEN=x\n");
    let script = format!(
        "function login(email, password, callback) {{
  fetch({:?}).then(() => callback(null), () => callback(null));
}}
",
        given["HTTPS"]
    );
    std::fs::write(stage.path("scripts/login.js"), script).unwrap();
    let settings = "[network]\nallow = [\"127.0.0.1\"]\n";
    std::fs::write(stage.path("scripts/trickle.toml"), settings).unwrap();
    let recorded = stage.record();
    assert!(recorded.stderr.contains("global fetch"), "{recorded:?}");
    let played = stage.replay().with_code(2);
    assert!(
        played.stderr.contains("https in place of fetch"),
        "{played:?}"
    );
}
