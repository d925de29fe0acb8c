//! A private MariaDB server.

use std::ops::Deref;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::account::Account;
use crate::program::{folder_of, run, run_with_input};
use crate::server::{Recipe, Server, fresh_name, make_private};

const USER: &str = "legacy";
const PASSWORD: &str = "legacy store password";
/// 4 MB instead of 96: the log is part of what each start copies. Must be the same for making and starting.
const LOG_SIZE: &str = "--innodb-log-file-size=4M";

/// A running server: one user with all rights, TLS offered and not demanded, TCP on 127.0.0.1 only.
#[derive(Debug)]
pub struct MariaDb {
    server: Server,
    client: PathBuf,
}

impl Deref for MariaDb {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl MariaDb {
    /// A server of this test's own; stops and leaves nothing behind when dropped.
    ///
    /// # Panics
    /// When it does not come up, with its log; when MariaDB is missing and may not be installed.
    pub fn start() -> Self {
        let program = folder_of(&["mariadbd"], "mariadb-server", &[]).join("mariadbd");
        let tools = folder_of(&["mariadb-install-db", "mariadb"], "mariadb-server", &[]);
        let account = Account::for_server("mysql");
        let version = run(Command::new(&program).arg("--version"));
        let version = version
            .split_whitespace()
            .nth(2)
            .expect("`mariadbd  Ver VERSION …`");
        let server = Server::start(&Recipe {
            name: "mariadb",
            account,
            template_key: format!("mariadb-{version}-1"),
            make: &|folder| make_data(&tools, account, folder),
            stop_signal: "KILL",
            command: &|folder, port| command(&program, folder, port),
            is_ready: &|folder| UnixStream::connect(folder.join("socket")).is_ok(),
        });
        Self {
            server,
            client: tools.join("mariadb"),
        }
    }

    /// One server for all tests of this process; take a [`fresh_database`](Self::fresh_database) each.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<MariaDb> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// `mysql://user:password@127.0.0.1:port/db`, password percent-encoded.
    pub fn url(&self, db: &str) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!(
            "mysql://{USER}:{password}@{}:{}/{db}",
            self.host(),
            self.port()
        )
    }

    /// The name of a user with all rights.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// That user's password; has spaces, so that quoting is tested along the way.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Creates a database.
    ///
    /// # Panics
    /// When it is there already.
    pub fn create_database(&self, name: &str) {
        self.execute(
            "mysql",
            &format!("CREATE DATABASE `{}`", name.replace('`', "``")),
        );
    }

    /// Creates an empty database under a new name and gives the name.
    pub fn fresh_database(&self) -> String {
        let name = fresh_name();
        self.create_database(&name);
        name
    }

    /// Runs SQL (several statements at will) through the `mariadb` client; gives rows as lines, columns parted by tabs.
    ///
    /// # Panics
    /// When a statement fails, with the server's message.
    pub fn execute(&self, db: &str, sql: &str) -> String {
        run_with_input(self.client().arg("--skip-ssl").arg(db), sql)
    }

    /// A `mariadb` client with user and password at hand that reads SQL from stdin; add the TLS options and the database.
    pub fn client(&self) -> Command {
        let mut client = Command::new(&self.client);
        client
            .args([
                "--no-defaults",
                "--batch",
                "--skip-column-names",
                "--protocol=tcp",
            ])
            .arg(format!("--host={}", self.host()))
            .arg(format!("--port={}", self.port()))
            .arg(format!("--user={USER}"))
            .env("MYSQL_PWD", PASSWORD);
        client
    }
}

fn make_data(tools: &Path, account: Account, folder: &Path) {
    account.give(folder.parent().expect("the data folder is in a folder"));
    run(account
        .command(&tools.join("mariadb-install-db"))
        .arg("--no-defaults")
        .arg(format!("--datadir={}", folder.display()))
        .args([
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
            LOG_SIZE,
        ])
        .current_dir("/"));
    make_private(folder);
}

fn command(program: &Path, folder: &Path, port: u16) -> Vec<String> {
    let users = folder.join("users.sql");
    let sql = format!(
        "CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n\
         GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n\
         DROP USER 'root'@'localhost';\n"
    );
    std::fs::write(&users, sql).expect("write the users file");
    let option = |name: &str, file: &str| format!("--{name}={}", folder.join(file).display());
    vec![
        program.display().to_string(),
        "--no-defaults".into(),
        option("datadir", "data"),
        option("socket", "socket"),
        option("pid-file", "pid"),
        option("tmpdir", "data"),
        option("init-file", "users.sql"),
        option("ssl-cert", "server.pem"),
        option("ssl-key", "server.key"),
        format!("--port={port}"),
        "--bind-address=127.0.0.1".into(),
        "--skip-name-resolve".into(),
        "--character-set-server=utf8mb4".into(),
        "--innodb-buffer-pool-size=16M".into(),
        "--innodb-flush-log-at-trx-commit=0".into(),
        "--performance-schema=off".into(),
        LOG_SIZE.into(),
    ]
}
