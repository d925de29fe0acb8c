//! The ways in which scripts make requests.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use trickle_model::{Action, ExecutionReport, Outage};
use trickle_testkit::ca::TestCa;
use trickle_testkit::http::LegacyService;
use trickle_testkit::tcp::Refused;

use super::service::Service;
use crate::scripts::Draft;
use crate::verdicts::{egress_denied, outage, profile, wrong_credentials};

/// Scripts that ask `configuration.url` for the profile, trusting `configuration.ca` where there is one.
const CLIENTS: [(&str, &str); 6] = [
    (
        "axios",
        "async function login(email, password, callback) {
          const axios = require('axios');
          const { ca, url } = configuration;
          const httpsAgent = ca && new (require('https').Agent)({ ca });
          try {
            const { data } = await axios.get(`${url}/profile`, { auth: { username: email, password }, httpsAgent });
            callback(null, data);
          } catch (error) {
            const refused = error.response && error.response.status === 401;
            callback(refused ? new WrongUsernameOrPasswordError(email) : error);
          }
        }",
    ),
    (
        "axios with then",
        "function login(email, password, callback) {
          const options = { method: 'get', url: configuration.url + '/profile', auth: { username: email, password },
            validateStatus: () => true };
          if (configuration.ca) options.httpsAgent = new (require('https').Agent)({ ca: configuration.ca });
          require('axios')(options)
            .then((response) => response.status === 200 ? callback(null, response.data) : callback())
            .catch(callback);
        }",
    ),
    (
        "node-fetch",
        "async function login(email, password, callback) {
          const fetch = require('node-fetch@2.6.0');
          const credentials = Buffer.from(`${email}:${password}`).toString('base64');
          const agent = configuration.ca && new (require('https').Agent)({ ca: configuration.ca });
          const response = await fetch(`${configuration.url}/profile`, { headers: { Authorization: `Basic ${credentials}` }, agent });
          if (!response.ok) return callback();
          callback(null, await response.json());
        }",
    ),
    (
        "https",
        "function login(email, password, callback) {
          const url = new URL(`${configuration.url}/profile`);
          const client = url.protocol === 'https:' ? require('https') : require('http');
          const request = client.request(url, { auth: `${email}:${password}`, ca: configuration.ca }, (response) => {
            let body = '';
            response.on('data', (chunk) => { body += chunk; });
            response.on('end', () => response.statusCode === 200 ? callback(null, JSON.parse(body)) : callback());
          });
          request.on('error', callback);
          request.end();
        }",
    ),
    (
        "request, promisified",
        "async function login(email, password, callback) {
          const [get] = [require('request@2.81.0').get].map(require('util').promisify);
          const { statusCode, body } = await get({ url: `${configuration.url}/profile`, ca: configuration.ca,
            auth: { username: email, password } });
          callback(null, statusCode === 200 ? JSON.parse(body) : null);
        }",
    ),
    ("fetch", FETCH),
];

/// It cannot be told of an authority.
const FETCH: &str = "async function login(email, password, callback) {
  const headers = new Headers({ Authorization: 'Basic ' + btoa(`${email}:${password}`) });
  const response = await fetch(`${configuration.url}/profile`, { headers });
  if (response.status === 401) return callback(new WrongUsernameOrPasswordError(email));
  callback(null, await response.json());
}";

async fn login(script: &str, url: &str, change: impl FnOnce(Draft) -> Draft) -> ExecutionReport {
    let draft = Draft::new()
        .script(Action::Login, script)
        .configure("url", url);
    let arguments = json!(["jane@example.com", "legacy password"]);
    change(draft).open().run(Action::Login, arguments).await
}

fn assert_jane(name: &str, profile: &Value) {
    assert_eq!(profile["email"], "jane@example.com", "{name}");
}

fn https(address: SocketAddr) -> String {
    format!("https://localhost:{}", address.port())
}

#[tokio::test]
async fn over_http() {
    let service = LegacyService::start();
    for (name, script) in CLIENTS {
        let report = login(script, &service.url(), |draft| {
            draft.allow_net(service.addr())
        })
        .await;
        assert_jane(name, &profile(report));
    }
}

#[tokio::test]
async fn with_wrong_credentials() {
    let service = LegacyService::start();
    for (_, script) in CLIENTS {
        let connection = Draft::new()
            .script(Action::Login, script)
            .configure("url", service.url())
            .allow_net(service.addr())
            .open();
        let arguments = json!(["jane@example.com", "other"]);
        wrong_credentials(connection.run(Action::Login, arguments).await);
    }
}

#[tokio::test]
async fn over_https() {
    let ca = TestCa::new();
    let service = Service::encrypted(&ca).await;
    let url = https(service.address());
    for (name, script) in CLIENTS {
        let allowed = |draft: Draft| draft.allow_net(service.address());
        outage(login(script, &url, allowed).await, Outage::Tls);
        if script != FETCH {
            let report = login(script, &url, |draft| {
                allowed(draft).configure("ca", ca.ca_pem())
            });
            assert_jane(name, &profile(report.await));
        }
    }
}

#[tokio::test]
async fn with_a_certificate_for_another_name() {
    let ca = TestCa::new();
    let service = Service::encrypted_at(&ca, Ipv4Addr::new(127, 0, 0, 2)).await;
    let url = format!("https://{}", service.address());
    for (_, script) in CLIENTS {
        let report = login(script, &url, |draft| {
            draft
                .allow_net(service.address())
                .configure("ca", ca.ca_pem())
        });
        outage(report.await, Outage::Tls);
    }
}

#[tokio::test]
async fn to_a_service_that_is_down() {
    let down = Refused::start();
    for (_, script) in CLIENTS {
        let url = format!("http://{}", down.addr());
        let report = login(script, &url, |draft| draft.allow_net(down.addr())).await;
        outage(report, Outage::Refused);
    }
}

#[tokio::test]
async fn to_a_name_that_does_not_resolve() {
    for (_, script) in CLIENTS {
        let report = login(script, "http://no-such-host.invalid", |draft| draft).await;
        outage(report, Outage::Dns);
    }
}

#[tokio::test]
async fn to_an_address_that_is_not_allowed() {
    let service = LegacyService::start();
    for (_, script) in CLIENTS {
        let report = login(script, &service.url(), |draft| draft).await;
        egress_denied(report, service.addr());
    }
    assert_eq!(service.hits("/profile"), 0);
}
