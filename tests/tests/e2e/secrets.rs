//! What must not be written anywhere in clear.

use std::path::Path;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::json;
use trickle_testkit::http::{LegacyService, LegacyUser};

use crate::harness::{Install, REALM_GRANT, Site, connection, jane};

const PASSWORD: &str = "rightPa55wordOfJaneDoe +Ä&x=1";
const WRONG: &str = "wr0ngPa55wordOfJaneDoe +Ä&x=1";
const NEW: &str = "n3wPa55wordOfSomebody +Ä&x=1";
const CONFIGURED: &str = "configuredS3cretOfAcme \"quoted\" value";
const CHANGED: &str = "changedS3cretOfAcmeToo \"quoted\" value";
const WRONG_SECRET: &str = "wr0ngClientS3cretOfNobody/+=";

/// As careless with passwords as scripts get: into console and error message.
const CARELESS: &str = r"
function login(email, password, callback) {
  const request = require('request');
  console.log('login', password, JSON.stringify(password), { password });
  request.get({ url: configuration.baseUrl + '/profile', auth: { username: email, password } },
    function (error, response, body) {
      if (error) return callback(error);
      if (response.statusCode !== 200) return callback(new Error('refused ' + password + configuration.key.length));
      callback(null, JSON.parse(body));
    });
}";
const GET_USER: &str = "function getUser(email, callback) { callback(null); }";

/// Parts of each secret that every spelling has in common, and what base64 and hex make of them.
fn needles(secrets: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut needles = Vec::new();
    for secret in secrets {
        let plain = secret.split([' ', '/']).next().unwrap();
        needles.push((plain.to_owned(), plain.as_bytes().to_vec()));
        needles.push((format!("hex of {plain}"), hex::encode(plain).into_bytes()));
        for shift in 0..3 {
            // The groups that hold nothing but the secret, wherever it begins.
            let moved = [&b"xx"[..shift], plain.as_bytes()].concat();
            for encoded in [
                STANDARD_NO_PAD.encode(&moved),
                URL_SAFE_NO_PAD.encode(&moved),
            ] {
                let inner = &encoded[4..encoded.len() - 4];
                needles.push((format!("base64 of {plain}"), inner.as_bytes().to_vec()));
            }
        }
    }
    needles
}

fn assert_clean(place: &str, bytes: &[u8], needles: &[(String, Vec<u8>)]) {
    for (name, needle) in needles {
        if let Some(at) = bytes.windows(needle.len()).position(|part| part == needle) {
            let around = &bytes[at.saturating_sub(300)..bytes.len().min(at + 300)];
            panic!(
                "{name} is in {place}: …{}…",
                String::from_utf8_lossy(around)
            );
        }
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |path: std::path::PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        (path.display().to_string(), bytes)
    };
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| read(entry.unwrap().path())).collect()
}

#[tokio::test]
async fn secrets_reach_neither_logs_nor_files() {
    let service = LegacyService::with_users(vec![LegacyUser {
        password: PASSWORD.to_owned(),
        ..jane()
    }]);
    let install = Install::new()
        .with_local_net()
        .with(&["--log-format", "json"])
        .with_env("TRICKLE_LOG", "trace");
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let configuration = json!({"baseUrl": service.url(), "key": CONFIGURED});
    let made = connection("customers", CARELESS, GET_USER, &configuration);
    let made = manager.add_connection(made).await;

    everybody_logs_in(&site).await;
    let mut options = made["options"].clone();
    options["configuration"]["key"] = CHANGED.into();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    manager
        .patch(&path, &json!({"options": options}))
        .await
        .with_status(200);
    let new = json!({"connection": "customers", "email": "new@example.com", "password": NEW});
    manager.post("/users", &new).await.with_status(201);
    site.login("customers", "new@example.com", NEW)
        .await
        .with_status(200);

    let mut shown = Vec::new();
    for path in ["/logs?per_page=100", "/users", "/connections"] {
        let answer = manager.get(path).await;
        assert_eq!(answer.status, 200);
        shown.push((path.to_owned(), answer.text.into_bytes()));
    }
    let client = site.credentials.clone();
    let tokens = [manager.token.clone()];
    // While the server runs, the write-ahead log is there too.
    let running = files(&install.data_dir());
    assert!(running.iter().any(|(name, _)| name.ends_with("-wal")));
    let (stdout, stderr) = server.stop();
    assert!(stderr.contains("\"level\":\"TRACE\""), "trace is on");

    let secrets = [PASSWORD, WRONG, NEW, CONFIGURED, CHANGED, WRONG_SECRET];
    let own = needles(&secrets);
    let all = needles(&[&secrets[..], &[&client.client_secret]].concat());
    for (place, bytes) in shown
        .into_iter()
        .chain(running)
        .chain(files(&install.data_dir()))
    {
        let needles = if place.ends_with("first-client.json") {
            &own
        } else {
            &all
        };
        assert_clean(&place, &bytes, needles);
    }
    let personal = ["jane@example.com", "nobody@example.com", "new@example.com"];
    let signature = tokens.map(|token| token.rsplit('.').next().unwrap().to_owned());
    let mut all = all;
    for hidden in personal
        .into_iter()
        .chain(signature.iter().map(String::as_str))
    {
        all.push((hidden.to_owned(), hidden.as_bytes().to_vec()));
    }
    assert_clean("stdout", stdout.as_bytes(), &all);
    assert_clean("stderr", stderr.as_bytes(), &all);
}

/// Right and wrong, by JSON, by form and with the client in the header.
async fn everybody_logs_in(site: &Site) {
    let client = site.credentials.clone();
    let people = [
        ("jane@example.com", WRONG, 500),
        ("nobody@example.com", WRONG, 500),
        ("jane@example.com", PASSWORD, 200),
        ("jane@example.com", PASSWORD, 200),
        ("jane@example.com", WRONG, 403),
    ];
    for (username, password, expected) in people {
        let login = site.login("customers", username, password).await;
        login.with_status(expected);
        let form = [
            ("grant_type", REALM_GRANT),
            ("realm", "customers"),
            ("username", username),
            ("password", password),
        ];
        let encode = |value| {
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC)
        };
        let form: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        for (secret, expected) in [
            (client.client_secret.as_str(), expected),
            (WRONG_SECRET, 401),
        ] {
            let request = site
                .request(Method::POST, "/oauth/token")
                .basic_auth(&client.client_id, Some(secret))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.join("&"));
            assert_eq!(request.send().await.unwrap().status(), expected);
        }
    }
    // Where no secret belongs.
    let misplaced = format!("/oauth/token?password={}", encode_query(WRONG));
    site.get(&misplaced).await;
    let broken = format!("{{\"password\": \"{WRONG}\", ");
    let request = site.request(Method::POST, "/oauth/token");
    let request = request
        .header(CONTENT_TYPE, "application/json")
        .body(broken);
    assert_eq!(request.send().await.unwrap().status(), 400);
    let mut listed = site.manager().await;
    WRONG_SECRET.clone_into(&mut listed.token);
    listed.get("/users").await.with_status(401);
}

fn encode_query(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn the_needles_find_what_they_must() {
    let needles = needles(&[PASSWORD]);
    for written in [
        format!("{{\"password\":\"{PASSWORD}\"}}"),
        encode_query(PASSWORD),
        STANDARD_NO_PAD.encode(format!("jane@example.com:{PASSWORD}")),
        STANDARD_NO_PAD.encode(format!("a:{PASSWORD}")),
        URL_SAFE_NO_PAD.encode(format!("ab:{PASSWORD}")),
        hex::encode(PASSWORD),
    ] {
        let found = needles.iter().any(|(_, needle)| {
            written
                .as_bytes()
                .windows(needle.len())
                .any(|part| part == needle)
        });
        assert!(found, "{written}");
    }
}
