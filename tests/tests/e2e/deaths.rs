//! A server that is killed during a first login, at each of its steps: afterwards there is no user, or a whole one.

use std::{
    io::Write as _,
    process::{Child, Stdio},
    time::Duration,
};

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::task::block_in_place;
use trickle_testkit::{http::LegacyService, postgres::Postgres, wait_for};

use crate::harness::{Install, LIMIT, Server, legacy_connection, user};

const PASSWORD: &str = "jane's password";
const EMAIL: &str = "jane@example.com";

/// Where the server is when it dies.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// It waits for the right to ask.
    Claim,
    /// The script runs.
    Prove,
    /// The answer is there, the hash perhaps.
    Stage,
    /// The transaction waits at this table.
    Commit(&'static str),
    /// The database commits.
    Committing,
}

/// When the server dies, counted from the moment at which the legacy store was asked.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Before its answer.
    Unanswered,
    /// So many milliseconds later; its answer is out after 30.
    After(u64),
    /// After the person was let in.
    Done,
}

const MOMENTS: [Moment; 10] = [
    Moment::Unanswered,
    Moment::After(25),
    Moment::After(35),
    Moment::After(45),
    Moment::After(55),
    Moment::After(65),
    Moment::After(80),
    Moment::After(100),
    Moment::After(130),
    Moment::Done,
];

/// Holds a table as long as it lives.
struct Lock<'a> {
    postgres: &'a Postgres,
    database: &'a str,
    psql: Child,
}

impl<'a> Lock<'a> {
    fn take(postgres: &'a Postgres, database: &'a str, table: &str) -> Self {
        let (host, port, user) = (postgres.host(), postgres.port(), postgres.user());
        let place =
            format!("host={host} port={port} dbname={database} user={user} sslmode=disable");
        let mut psql = postgres
            .psql(&place)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let sql = format!("BEGIN; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;\n");
        psql.stdin
            .as_mut()
            .unwrap()
            .write_all(sql.as_bytes())
            .unwrap();
        let lock = Self {
            postgres,
            database,
            psql,
        };
        let held = "SELECT COUNT(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted";
        wait_for(LIMIT, || lock.number(held) == 1);
        lock
    }

    fn number(&self, sql: &str) -> u32 {
        self.postgres
            .execute(self.database, sql)
            .trim()
            .parse()
            .unwrap()
    }

    /// Waits until somebody stands before it.
    fn wait_for_somebody(&self) {
        wait_for(LIMIT, || {
            self.number("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") > 0
        });
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // Its transaction ends with its standard input.
        drop(self.psql.stdin.take());
        let _ = self.psql.wait();
    }
}

/// Logs in, and lets nobody wait for the answer.
fn begin_login(server: &Server) -> tokio::task::JoinHandle<()> {
    let site = server.site();
    tokio::spawn(async move {
        // The server dies: there is no answer to be had.
        let order = json!({
            "grant_type": crate::harness::REALM_GRANT, "realm": "customers", "username": EMAIL,
            "password": PASSWORD, "client_id": site.credentials.client_id,
            "client_secret": site.credentials.client_secret,
        });
        let request = site
            .request(reqwest::Method::POST, "/oauth/token")
            .json(&order);
        let _ = request.send().await;
    })
}

fn kill(mut server: Server) {
    server.signal(Signal::KILL);
    block_in_place(|| server.wait());
}

/// After a restart: how many users there are, that none is half there, and that the person gets in.
async fn look_after(install: &Install, service: &LegacyService) -> (Server, usize) {
    let server = block_in_place(|| install.start());
    let site = server.site();
    let manager = site.manager().await;
    let users: Vec<Value> = manager.users().await;
    assert!(users.len() <= 1, "{users:?}");
    service.set_delay(Duration::ZERO);
    let asked = service.hits("/profile");
    let answer = site.login("customers", EMAIL, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    if let Some(user) = users.first() {
        assert_eq!(user["user_id"], "auth0|7");
        assert_eq!(user["nickname"], "jane");
        assert_eq!(user["identities"][0]["user_id"], "7");
        // The password came with the user, and the log entry too.
        assert_eq!(service.hits("/profile"), asked);
        let logs = manager.get("/logs?per_page=100").await.with_status(200);
        let logs = logs.as_array().unwrap();
        assert!(
            logs.iter()
                .any(|entry| entry["details"]["how"] == "migrated")
        );
    }
    assert_eq!(manager.users().await.len(), 1);
    (server, users.len())
}

async fn forget(server: Server) {
    let manager = server.site().manager().await;
    let deleted = manager.delete("/users/auth0%7C7").await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    block_in_place(|| server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_it_leaves_no_user_or_a_whole_one() {
    let (postgres, database) = block_in_place(|| {
        let postgres = Postgres::start();
        let database = postgres.fresh_database();
        (postgres, database)
    });
    let service = LegacyService::with_users(vec![user("7", "jane")]);
    let install = Install::new()
        .with_local_net()
        .in_database(&postgres.url(&database));
    let server = block_in_place(|| install.start());
    let manager = server.site().manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    block_in_place(|| server.stop());

    let tables = ["users", "identities", "credentials", "events"];
    let mut steps = vec![Step::Claim, Step::Prove, Step::Stage];
    steps.extend(tables.map(Step::Commit));
    steps.push(Step::Committing);
    for step in steps {
        let server = block_in_place(|| install.start());
        die_at(step, server, &service, &postgres, &database).await;
        // What the dead had asked for goes on until the database has noticed that they are dead.
        let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        block_in_place(|| {
            wait_for(LIMIT, || postgres.execute(&database, others).trim() == "0");
            // The claim of the dead ends by itself after 40 seconds; they pass at once here.
            postgres.execute(&database, "UPDATE claims SET expires_at = 0");
        });
        let (server, users) = look_after(&install, &service).await;
        match step {
            Step::Claim | Step::Prove | Step::Commit(_) => assert_eq!(users, 0, "{step:?}"),
            // Either is right.
            Step::Stage | Step::Committing => {}
        }
        forget(server).await;
    }
}

async fn die_at(
    step: Step,
    server: Server,
    service: &LegacyService,
    postgres: &Postgres,
    database: &str,
) {
    match step {
        Step::Claim | Step::Commit(_) => {
            let table = match step {
                Step::Commit(table) => table,
                _ => "claims",
            };
            let lock = block_in_place(|| Lock::take(postgres, database, table));
            let login = begin_login(&server);
            block_in_place(|| lock.wait_for_somebody());
            kill(server);
            login.await.unwrap();
            block_in_place(|| drop(lock));
        }
        Step::Prove => {
            service.set_delay(LIMIT);
            let asked = service.hits("/profile");
            let login = begin_login(&server);
            block_in_place(|| wait_for(LIMIT, || service.hits("/profile") > asked));
            kill(server);
            login.await.unwrap();
        }
        Step::Stage => {
            service.set_delay(Duration::from_millis(100));
            let asked = service.hits("/profile");
            let login = begin_login(&server);
            block_in_place(|| wait_for(LIMIT, || service.hits("/profile") > asked));
            // The answer is out after this, and a hash takes some 20 ms.
            tokio::time::sleep(Duration::from_millis(110)).await;
            kill(server);
            login.await.unwrap();
        }
        Step::Committing => {
            // A check that the database makes when it commits, and that takes its time.
            let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
                        $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$; \
                        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED \
                        FOR EACH ROW EXECUTE FUNCTION slow();";
            block_in_place(|| postgres.execute(database, slow));
            let login = begin_login(&server);
            let sleeping = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            block_in_place(|| {
                wait_for(LIMIT, || postgres.execute(database, sleeping).trim() != "0");
            });
            kill(server);
            login.await.unwrap();
            block_in_place(|| {
                wait_for(LIMIT, || postgres.execute(database, sleeping).trim() == "0");
                postgres.execute(database, "DROP TRIGGER slow ON users; DROP FUNCTION slow");
            });
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_on_sqlite_it_leaves_no_user_or_a_whole_one() {
    let service = LegacyService::with_users(vec![user("7", "jane")]);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let manager = server.site().manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    block_in_place(|| server.stop());
    let mut found = [0, 0];
    for moment in MOMENTS {
        let server = block_in_place(|| install.start());
        let asked = service.hits("/profile");
        service.set_delay(match moment {
            Moment::Unanswered => LIMIT,
            _ => Duration::from_millis(30),
        });
        let login = begin_login(&server);
        block_in_place(|| wait_for(LIMIT, || service.hits("/profile") > asked));
        match moment {
            Moment::Unanswered => {}
            Moment::After(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            Moment::Done => block_in_place(|| wait_for(LIMIT, || login.is_finished())),
        }
        kill(server);
        login.await.unwrap();
        let (server, users) = look_after(&install, &service).await;
        found[users] += 1;
        match moment {
            Moment::Unanswered => assert_eq!(users, 0),
            // Either is right.
            Moment::After(_) => {}
            Moment::Done => assert_eq!(users, 1),
        }
        forget(server).await;
    }
    assert!(found[0] > 0 && found[1] > 0, "{found:?}");
}
