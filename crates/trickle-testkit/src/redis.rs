//! A private Redis server.

use std::ops::Deref;
use std::path::Path;

use crate::account::Account;
use crate::program::folder_of;
use crate::server::{Recipe, Server, make_private};

const PASSWORD: &str = "redis password";

/// A running server: a password for the user `default`, nothing kept on disk, TCP on 127.0.0.1 only.
#[derive(Debug)]
pub struct Redis {
    server: Server,
}

impl Deref for Redis {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Redis {
    /// A server of this test's own; stops and leaves nothing behind when dropped.
    ///
    /// # Panics
    /// When it does not come up, with its log; when Redis is missing and may not be installed.
    pub fn start() -> Self {
        let programs = folder_of(&["redis-server"], "redis-server", &[]);
        let server = Server::start(&Recipe {
            name: "redis",
            account: Account::for_server("redis"),
            template_key: "redis-1".to_owned(),
            make: &make_private,
            stop_signal: "KILL",
            command: &|folder, port| command(&programs, folder, port),
            is_ready: &says_ready,
        });
        Self { server }
    }

    /// `redis://:password@127.0.0.1:port`, password percent-encoded.
    pub fn url(&self) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!("redis://:{password}@127.0.0.1:{}", self.port())
    }

    /// The password of the user `default`.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }
}

fn command(programs: &Path, folder: &Path, port: u16) -> Vec<String> {
    let mut command = vec![programs.join("redis-server").display().to_string()];
    let settings = [
        ("--bind", "127.0.0.1".to_owned()),
        ("--port", port.to_string()),
        ("--dir", folder.join("data").display().to_string()),
        ("--save", String::new()),
        ("--appendonly", "no".to_owned()),
        ("--requirepass", PASSWORD.to_owned()),
    ];
    for (name, value) in settings {
        command.extend([name.to_owned(), value]);
    }
    command
}

fn says_ready(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("server.log"))
        .is_ok_and(|log| log.contains("Ready to accept connections"))
}
