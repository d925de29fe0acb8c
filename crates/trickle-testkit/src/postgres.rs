//! A private PostgreSQL server.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::account::Account;
use crate::program::{folder_of, run, run_with_input, versioned_folders};
use crate::server::{Recipe, Server, fresh_name, make_private};
use crate::wait_for;

const USER: &str = "legacy";
const PASSWORD: &str = "legacy store password";
/// How long a server that crashed may take to come up.
const RECOVERY: Duration = Duration::from_mins(1);

/// A server of tests is small and does not mind a power cut.
const SMALL: [(&str, &str); 4] = [
    ("shared_buffers", "16MB"),
    ("max_wal_size", "64MB"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
];
const SMALL_LOG: &str = "--wal-segsize=1";

/// A running server: SCRAM-SHA-256 passwords, TLS offered and not demanded, one superuser, TCP on 127.0.0.1 only.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    programs: PathBuf,
}

impl Deref for Postgres {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Postgres {
    /// A server of this test's own; stops and leaves nothing behind when dropped.
    ///
    /// # Panics
    /// When it does not come up, with its log; when PostgreSQL is missing and may not be installed.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// [`start`](Self::start) with other settings.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::made_with(&[SMALL_LOG], &[&SMALL[..], settings].concat())
    }

    /// [`start`](Self::start) with PostgreSQL's own defaults, to be measured.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_as_installed() -> Self {
        Self::made_with(&[], &[])
    }

    fn made_with(initdb: &[&str], settings: &[(&str, &str)]) -> Self {
        let extra = versioned_folders("/usr/lib/postgresql");
        let programs = folder_of(&["initdb", "postgres", "psql"], "postgresql", &extra);
        let account = Account::for_server("postgres");
        let version = run(Command::new(programs.join("postgres")).arg("--version"));
        let version = version
            .split_whitespace()
            .nth(2)
            .expect("`postgres (PostgreSQL) VERSION`");
        let server = Server::start(&Recipe {
            name: "postgres",
            account,
            template_key: format!("postgres-{version}-2{}", initdb.concat()),
            make: &|folder| make_data(&programs, account, initdb, folder),
            stop_signal: "QUIT",
            command: &|folder, port| {
                let mut command = command(&programs, folder, port);
                for (name, value) in settings {
                    command.extend(["-c".into(), format!("{name}={value}")]);
                }
                command
            },
            is_ready: &is_ready,
        });
        Self { server, programs }
    }

    /// One server for all tests of this process; take a [`fresh_database`](Self::fresh_database) each.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// `postgres://user:password@127.0.0.1:port/db`, password percent-encoded.
    pub fn url(&self, db: &str) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!(
            "postgres://{USER}:{password}@{}:{}/{db}",
            self.host(),
            self.port()
        )
    }

    /// A superuser's name.
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
            "postgres",
            &format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\"")),
        );
    }

    /// Creates an empty database under a new name and gives the name.
    pub fn fresh_database(&self) -> String {
        let name = fresh_name();
        self.create_database(&name);
        name
    }

    /// Runs SQL (several statements at will) through `psql`; gives rows as lines, columns parted by `|`.
    ///
    /// # Panics
    /// When a statement fails, with the server's message.
    pub fn execute(&self, db: &str, sql: &str) -> String {
        run_with_input(&mut self.psql(&self.conninfo(db)), sql)
    }

    /// Kills the process of a connection: the server ends all others, forgets what it has not written, and has come up again.
    ///
    /// # Panics
    /// When `psql` cannot be run, or the server does not come up.
    pub fn crash(&self) {
        let before = self.began();
        let kill = "COPY (SELECT 1) TO PROGRAM 'kill -KILL $PPID'";
        let mut psql = self.psql(&self.conninfo("postgres"));
        let ended = psql.args(["-c", kill]).output().expect("run psql");
        assert!(!ended.status.success(), "the connection survived");
        // Until then a connection from before may still answer.
        wait_for(RECOVERY, || {
            let now = self.began();
            now.is_some() && now != before
        });
    }

    /// When its processes began; none while it does not answer.
    fn began(&self) -> Option<Vec<u8>> {
        let sql = "SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
        let mut psql = self.psql(&self.conninfo("postgres"));
        let told = psql.args(["-c", sql]).output().expect("run psql");
        let is_told = told.status.success() && !told.stdout.is_empty();
        is_told.then_some(told.stdout)
    }

    fn conninfo(&self, db: &str) -> String {
        format!(
            "host={} port={} dbname='{db}' user={USER} sslmode=disable",
            self.host(),
            self.port()
        )
    }

    /// A `psql` with the password at hand that reads SQL from stdin; `conninfo` says where and how.
    pub fn psql(&self, conninfo: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            conninfo,
        ])
        .env("PGPASSWORD", PASSWORD);
        psql
    }
}

fn make_data(programs: &Path, account: Account, initdb: &[&str], folder: &Path) {
    let password = folder.with_file_name("password");
    std::fs::write(&password, PASSWORD).expect("write the password file");
    account.give(folder.parent().expect("the data folder is in a folder"));
    run(account
        .command(&programs.join("initdb"))
        .arg("--pgdata")
        .arg(folder)
        .arg("--pwfile")
        .arg(&password)
        .args([
            "--username",
            USER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(["--no-sync", "--no-instructions"])
        .args(initdb)
        .current_dir("/"));
    make_private(folder);
}

fn command(programs: &Path, folder: &Path, port: u16) -> Vec<String> {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut command = vec![
        programs.join("postgres").display().to_string(),
        "-D".into(),
        path("data"),
    ];
    let settings = [
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("unix_socket_directories", folder.display().to_string()),
        ("ssl", "on".to_owned()),
        ("ssl_cert_file", path("server.pem")),
        ("ssl_key_file", path("server.key")),
        ("max_connections", "200".to_owned()),
    ];
    for (name, value) in settings {
        command.extend(["-c".into(), format!("{name}={value}")]);
    }
    command
}

/// The eighth line of `postmaster.pid` is the server's state (miscadmin.h, `LOCK_FILE_LINE_PM_STATUS`). It speaks of
/// this very server, unlike a port that answers.
fn is_ready(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| {
        text.lines()
            .nth(7)
            .is_some_and(|state| state.trim() == "ready")
    })
}
