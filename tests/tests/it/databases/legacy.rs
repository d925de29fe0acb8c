//! A legacy user store in a real database server.

use std::net::SocketAddr;

use trickle_testkit::mariadb::MariaDb;
use trickle_testkit::postgres::Postgres;
use trickle_testkit::wait_for;

use crate::scripts::{Draft, repository};

/// Low, as every login of the tests pays for it.
const COST: u32 = 4;

enum Server {
    Postgres(Postgres),
    MariaDb(MariaDb),
}

/// A database with the table of a template's README and these users:
/// `ann@example.org` with `ann's password`, verified; `bob@example.org` with `bob's password`, not.
pub struct Legacy {
    template: &'static str,
    server: Server,
    database: String,
}

impl Legacy {
    /// A server of the kind that the template is for.
    pub fn start(template: &'static str) -> Self {
        let (server, database) = if template == "postgres" {
            let server = Postgres::start();
            let database = server.fresh_database();
            (Server::Postgres(server), database)
        } else {
            let server = MariaDb::start();
            let database = server.fresh_database();
            (Server::MariaDb(server), database)
        };
        let legacy = Self {
            template,
            server,
            database,
        };
        legacy.execute(&table(template));
        legacy.add("ann", true);
        legacy.add("bob", false);
        legacy
    }

    fn add(&self, name: &str, is_verified: bool) {
        let hash = bcrypt::hash(format!("{name}'s password"), COST).unwrap();
        self.execute(&format!(
            "INSERT INTO users (email, email_verified, nickname, password_hash)
             VALUES ('{name}@example.org', {is_verified}, '{name}', '{hash}')"
        ));
    }

    pub fn execute(&self, sql: &str) -> String {
        match &self.server {
            Server::Postgres(server) => server.execute(&self.database, sql),
            Server::MariaDb(server) => server.execute(&self.database, sql),
        }
    }

    pub fn address(&self) -> SocketAddr {
        let port = match &self.server {
            Server::Postgres(server) => server.port(),
            Server::MariaDb(server) => server.port(),
        };
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    /// What has signed the server's certificate, PEM.
    pub fn ca(&self) -> &str {
        match &self.server {
            Server::Postgres(server) => server.ca_pem(),
            Server::MariaDb(server) => server.ca_pem(),
        }
    }

    /// A connection with the template's scripts, configured and allowed to reach the server.
    pub fn draft(&self) -> Draft {
        self.configured().allow_net(self.address())
    }

    /// [`draft`](Self::draft) without the permission to reach the server.
    pub fn configured(&self) -> Draft {
        let (user, password) = match &self.server {
            Server::Postgres(server) => (server.user(), server.password()),
            Server::MariaDb(server) => (server.user(), server.password()),
        };
        at(self.template, self.address())
            .configure("DB_USER", user)
            .configure("DB_PASSWORD", password)
            .configure("DB_NAME", &self.database)
    }

    /// Connections that clients have open; the one that asks does not count.
    pub fn connections(&self) -> usize {
        let count = match &self.server {
            Server::Postgres(_) => self.execute(
                "SELECT count(*) FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
            ),
            Server::MariaDb(_) => self.execute(
                "SELECT count(*) FROM information_schema.processlist
                 WHERE command <> 'Daemon' AND id <> connection_id()",
            ),
        };
        count.trim().parse().unwrap()
    }

    /// Waits until no client is left. Servers notice an end a moment after it.
    pub fn wait_until_unused(&self) {
        wait_for(crate::scripts::WALL, || self.connections() == 0);
    }
}

/// The template's scripts with a server's address and made-up credentials.
pub fn at(template: &str, address: SocketAddr) -> Draft {
    Draft::new()
        .template(template)
        .configure("DB_HOST", address.ip())
        .configure("DB_PORT", address.port())
        .configure("DB_USER", "legacy")
        .configure("DB_PASSWORD", "any")
        .configure("DB_NAME", "legacy")
}

/// The SQL of the template's README, which is thereby tested.
fn table(template: &str) -> String {
    let readme = repository()
        .join("templates")
        .join(template)
        .join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, sql) = readme.split_once("```sql").unwrap();
    sql.split_once("```").unwrap().0.to_owned()
}
