//! A small server that speaks as SQL Server does (TDS 7.4), with SQLite behind it.

use std::net::TcpStream;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::ca::TestCa;
use crate::program::install;
use crate::server::{Recipe, Server, make_private};

const USER: &str = "sa";
const PASSWORD: &str = "legacy store password";

/// Debian's own Python: it has the modules that Debian installs.
const PYTHON: &str = "/usr/bin/python3";

/// A running server with one database, `legacy`; it encrypts nothing and says so.
///
/// What it knows of Transact-SQL is in the head of `servers/tdslite.py`; all else fails loudly.
#[derive(Debug)]
pub struct Tds {
    server: Server,
}

impl Deref for Tds {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Tds {
    /// A server of this test's own, after these statements; stops and leaves nothing behind when dropped.
    ///
    /// # Panics
    /// When it does not come up, with its log; when Python's `apsw` is missing and may not be installed.
    pub fn start(sql: &str) -> Self {
        Self::start_with(sql, None)
    }

    /// [`Self::start`] with a server that takes no connection without TLS.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn start_encrypted(sql: &str, ca: &TestCa) -> Self {
        Self::start_with(sql, Some(ca))
    }

    fn start_with(sql: &str, ca: Option<&TestCa>) -> Self {
        let has_module = Command::new(PYTHON)
            .args(["-c", "import apsw"])
            .output()
            .is_ok_and(|output| output.status.success());
        if !has_module {
            install("python3-apsw");
        }
        let server = Server::start(&Recipe {
            name: "tds",
            account: Account::for_server("nobody"),
            template_key: "tds-1".to_owned(),
            make: &make_private,
            stop_signal: "KILL",
            command: &|folder, port| command(folder, port, sql, ca),
            is_ready: &|folder| {
                let port = std::fs::read_to_string(folder.join("port")).unwrap_or_default();
                TcpStream::connect(format!("127.0.0.1:{port}")).is_ok()
            },
        });
        Self { server }
    }

    /// Who may log in.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// That user's password.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }
}

fn command(folder: &Path, port: u16, sql: &str, ca: Option<&TestCa>) -> Vec<String> {
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("write a file of the server");
        path
    };
    let program = write("tdslite.py", include_str!("../servers/tdslite.py"));
    let statements = write("init.sql", sql);
    write("port", &port.to_string());
    let encryption = ca.map_or_else(Vec::new, |ca| {
        let path = |name, text| write(name, text).display().to_string();
        vec![
            "--tls-cert".to_owned(),
            path("server.pem", ca.certificate_pem()),
            "--tls-key".to_owned(),
            path("server.key", ca.key_pem()),
            "--encrypt".to_owned(),
            "required".to_owned(),
        ]
    });
    let mut words = vec![
        PYTHON.to_owned(),
        program.display().to_string(),
        "--port".into(),
        port.to_string(),
        "--user".into(),
        format!("{USER}:{PASSWORD}"),
        "--file".into(),
        folder.join("data/tds.db").display().to_string(),
        "--init".into(),
        statements.display().to_string(),
    ];
    words.extend(encryption);
    words
}
