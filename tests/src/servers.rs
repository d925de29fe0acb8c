//! The servers of `tests/servers`, in one process.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::json;
use trickle_testkit::ca::TestCa;

use crate::repository;

/// The database user's password, as the servers know it.
const PASSWORD: &str = "app's password";

/// They run until dropped.
#[derive(Debug)]
pub struct Servers {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    ca: TestCa,
    ports: BTreeMap<String, u16>,
}

impl Servers {
    /// Starts them.
    ///
    /// # Panics
    /// When Node.js is missing, or they do not come up.
    pub fn start() -> Self {
        let ca = TestCa::new();
        let encryption = json!({
            "key": ca.key_pem(), "cert": ca.certificate_pem(), "ca": ca.ca_pem(),
        });
        let mut child = Command::new("node")
            .arg("--no-deprecation")
            .arg(repository().join("tests/servers/main.js"))
            .arg(encryption.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("these tests need Node.js");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut servers = Self {
            child,
            input,
            output,
            ca,
            ports: BTreeMap::new(),
        };
        servers.ports = serde_json::from_str(&servers.line()).expect("the ports as JSON");
        servers
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("read their output");
        assert!(!line.is_empty(), "the servers ended");
        line
    }

    /// Stores what they stored in the beginning.
    ///
    /// # Panics
    /// When they have ended.
    pub fn reset(&mut self) {
        self.input.write_all(b"reset\n").expect("write to them");
        assert_eq!(self.line().trim(), "{}");
    }

    /// The port of one of them: `MONGODB_PORT`, `TDS_PORT` and the others of `main.js`.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn port(&self, name: &str) -> u16 {
        self.ports[name]
    }

    /// Ports, addresses, passwords and certificates, as scripts find them in `configuration`.
    pub fn configuration(&self) -> BTreeMap<String, String> {
        let (certificate, key) = self.ca.issue(&["a client"]);
        let ports = self.ports.iter();
        let ports = ports.map(|(name, port)| (name.clone(), port.to_string()));
        let at =
            |scheme: &str, host: &str, port: &str| format!("{scheme}://{host}:{}", self.port(port));
        let mongodb = |port: &str, options: &str| {
            let password = PASSWORD.replace(' ', "%20");
            format!(
                "mongodb://app:{password}@localhost:{}/?authSource=admin{options}",
                self.port(port)
            )
        };
        ports
            .chain(
                [
                    ("COGNITO", at("http", "127.0.0.1", "COGNITO_PORT")),
                    ("HTTP", at("http", "127.0.0.1", "HTTP_PORT")),
                    ("HTTPS", at("https", "localhost", "HTTPS_PORT")),
                    ("MUTUAL", at("https", "localhost", "MUTUAL_PORT")),
                    ("LDAP", at("ldap", "127.0.0.1", "LDAP_PORT")),
                    ("LDAPS", at("ldaps", "localhost", "LDAPS_PORT")),
                    ("MONGODB", mongodb("MONGODB_PORT", "")),
                    ("MONGODB_TLS", mongodb("MONGODB_TLS_PORT", "&tls=true")),
                    ("TDS_PASSWORD", PASSWORD.to_owned()),
                    ("CA", self.ca.ca_pem().to_owned()),
                    ("CLIENT_CERT", certificate),
                    ("CLIENT_KEY", key),
                ]
                .map(|(key, value)| (key.to_owned(), value)),
            )
            .collect()
    }
}

/// Adds documents to a collection by the driver; `documents` is a list in MongoDB's extended JSON.
///
/// # Panics
/// When Node.js or the driver is missing, or the server does not take them.
pub fn fill_mongodb(url: &str, database: &str, collection: &str, documents: &str) {
    let mut child = Command::new("node")
        .arg("--no-deprecation")
        .arg(repository().join("tests/servers/mongodb-fill.js"))
        .args([url, database, collection])
        .stdin(Stdio::piped())
        .spawn()
        .expect("these tests need Node.js");
    let mut input = child.stdin.take().expect("its input is a pipe");
    input
        .write_all(documents.as_bytes())
        .expect("write the documents");
    drop(input);
    assert!(child.wait().is_ok_and(|status| status.success()));
}

impl Drop for Servers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
