//! Nodes that can die, over a store that cannot.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use rand::{TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use trickle_engine::{
    Engine, EngineParts, EngineSettings, Mail, MailError, Mailer, ScriptRunner, create_tenant,
};
use trickle_model::{
    Clock as _, Connection, ConnectionId, ConnectionOptions, ImportMode, SystemClock, TenantId,
};
use trickle_password::{Argon2Params, HashingPool, PoolOptions};
use trickle_store::{BRUTE_FORCE, ConnectionChange, Database, MasterKey, NewConnection, Store};
use trickle_testkit::{postgres::Postgres, wait_for};

use crate::fixture::LIMIT;

use super::{
    legacy::Legacy,
    people::Person,
    plan::{PEOPLE, Step},
};

/// So many failures shut an identifier out.
pub(super) const MOST_FAILURES: u64 = 4;

/// The system, and all that is known of it.
pub(super) struct Subject {
    pub(super) life: Life,
    pub(super) legacy: Arc<Legacy>,
    pub(super) people: [Person; PEOPLE],
    pub(super) tenant: TenantId,
    pub(super) connection: ConnectionId,
    pub(super) mode: ImportMode,
    /// For so many days the legacy store may know a newer password.
    pub(super) drift_days: u32,
    /// Makes passwords that were never used before.
    pub(super) fresh: u32,
    database: Database,
    postgres: Option<(&'static Postgres, String)>,
    folder: TempDir,
}

/// From one crash to the next.
pub(super) struct Life {
    pub(super) runtime: Runtime,
    pub(super) store: Store,
    pub(super) nodes: Vec<Engine>,
    pub(super) mails: Arc<Letterbox>,
}

/// Keeps the newest mail.
#[derive(Default)]
pub(super) struct Letterbox(pub(super) Mutex<Option<String>>);

#[async_trait]
impl Mailer for Letterbox {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        *self.0.lock().unwrap() = Some(mail.text);
        Ok(())
    }
}

impl Subject {
    /// Everybody is in the legacy store, import is on.
    pub(super) fn new(
        database: Database,
        folder: TempDir,
        postgres: Option<(&'static Postgres, String)>,
        drift_days: u32,
    ) -> Self {
        let legacy = Arc::new(Legacy::new());
        let life = boot(&database, &folder, &legacy);
        let (tenant, connection) = life.runtime.block_on(furnish(&life.store, drift_days));
        Self {
            life,
            legacy,
            people: Default::default(),
            tenant,
            connection,
            mode: ImportMode::On,
            drift_days,
            fresh: 0,
            database,
            postgres,
            folder,
        }
    }

    /// Does a step, and looks whether all still holds.
    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Login(who, guess) => self.login(*who, *guess),
            Step::Crowd(who, guesses) => self.crowd(*who, guesses),
            Step::Crash(who, guess, after) => self.crash(*who, *guess, *after),
            Step::Mode(mode) => self.change_mode(*mode),
            Step::Outage(is_down) => self.outage(*is_down),
            Step::LegacyChange(who) => self.change_in_legacy_store(*who),
            Step::Reset(who) => self.reset(*who),
            Step::ResetCrash(who, after) => self.reset_and_crash(*who, *after),
            Step::Set(who) => self.set(*who),
            Step::Delete(who) => self.delete(*who),
        }
        self.holds();
    }

    /// The process is gone, wherever it was; another begins.
    pub(super) fn die(&mut self) {
        let nothing = Builder::new_current_thread().build().unwrap();
        let dead = std::mem::replace(&mut self.life.runtime, nothing);
        dead.shutdown_background();
        self.life = boot(&self.database, &self.folder, &self.legacy);
        self.wait_for_the_dead();
        // A claim of the dead ends by itself, but not within this test.
        if let Some((server, name)) = &self.postgres {
            server.execute(name, "DELETE FROM claims");
        }
    }

    /// What the dead had asked of the database last may still be under way.
    fn wait_for_the_dead(&self) {
        let Some((server, name)) = &self.postgres else {
            // SQLite has one writer at a time.
            let life = &self.life;
            life.runtime.block_on(shut_out(&life.store, &self.tenant));
            return;
        };
        wait_for(LIMIT, || {
            let busy = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
                AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()";
            server.execute(name, busy).trim() == "0"
        });
    }

    /// The connection as the store has it.
    pub(super) async fn connection(&self) -> Arc<Connection> {
        let found = self
            .life
            .store
            .connection(&self.tenant, &self.connection)
            .await;
        Arc::new(found.unwrap().unwrap())
    }

    /// A password that was never used before.
    pub(super) fn fresh(&mut self) -> String {
        self.fresh += 1;
        format!("fresh password {}", self.fresh)
    }

    fn change_mode(&mut self, mode: ImportMode) {
        let (options, configuration) =
            ConnectionOptions::parse(options(mode, self.drift_days)).unwrap();
        assert!(configuration.is_empty());
        let change = ConnectionChange {
            options: Some((options, std::collections::BTreeMap::new())),
            ..ConnectionChange::default()
        };
        let life = &self.life;
        life.runtime.block_on(async {
            let changed = life.store.change_connection(
                &self.tenant,
                &self.connection,
                &change,
                SystemClock.now(),
            );
            changed.await.unwrap().unwrap();
            for node in &life.nodes {
                node.connection_changed(&self.tenant, &self.connection)
                    .await;
            }
        });
        self.mode = mode;
    }

    fn outage(&mut self, is_down: bool) {
        self.legacy.data().is_down = is_down;
        // Breakers close by themselves, but not within this test.
        let life = &self.life;
        life.runtime.block_on(async {
            for node in &life.nodes {
                node.connection_changed(&self.tenant, &self.connection)
                    .await;
            }
        });
    }
}

fn options(mode: ImportMode, drift_days: u32) -> Map<String, Value> {
    let options = json!({
        "enabledDatabaseCustomization": mode != ImportMode::Native,
        "import_mode": mode == ImportMode::On,
        "trickle": {"failures_at_once": true, "bury_deleted": true, "drift_days": drift_days},
        "customScripts": {
            "login": "function login() {}", "get_user": "function getUser() {}",
            "change_password": "function changePassword() {}", "delete": "function remove() {}",
        },
    });
    options.as_object().cloned().unwrap()
}

async fn furnish(store: &Store, drift_days: u32) -> (TenantId, ConnectionId) {
    let tenant = create_tenant(store, &SystemClock, "acme", &[])
        .await
        .unwrap()
        .id;
    shut_out(store, &tenant).await;
    let (options, _) = ConnectionOptions::parse(options(ImportMode::On, drift_days)).unwrap();
    let new = NewConnection {
        id: ConnectionId::generate(&mut OsRng.unwrap_err()),
        tenant: tenant.clone(),
        name: "legacy".to_owned(),
        options,
        configuration: std::collections::BTreeMap::new(),
        enabled_clients: Vec::new(),
        attributes: Map::new(),
    };
    let added = store.add_connection(&new, SystemClock.now()).await.unwrap();
    (tenant, added.id)
}

/// Whoever fails too often, from now on.
async fn shut_out(store: &Store, tenant: &TenantId) {
    let settings = json!({"max_attempts": MOST_FAILURES});
    let put = store.put_setting(tenant, BRUTE_FORCE, settings.as_object().unwrap());
    put.await.unwrap();
}

/// One node on SQLite, two on PostgreSQL.
fn boot(database: &Database, folder: &TempDir, legacy: &Arc<Legacy>) -> Life {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mails = Arc::new(Letterbox::default());
    let count = match database {
        Database::Sqlite(_) => 1,
        Database::Postgres(_) => 2,
    };
    let (store, nodes) = runtime.block_on(async {
        let mut stores = Vec::new();
        for _ in 0..count {
            let key = MasterKey::load_or_create(&folder.path().join("master.key")).unwrap();
            stores.push(Store::open(database, key).await.unwrap());
        }
        let nodes: Vec<Engine> = stores
            .iter()
            .map(|store| engine(store, legacy, &mails))
            .collect();
        (stores.remove(0), nodes)
    });
    Life {
        runtime,
        store,
        nodes,
        mails,
    }
}

fn engine(store: &Store, legacy: &Arc<Legacy>, mails: &Arc<Letterbox>) -> Engine {
    Engine::new(EngineParts {
        store: store.clone(),
        runner: Arc::clone(legacy) as Arc<dyn ScriptRunner>,
        passwords: HashingPool::new(PoolOptions {
            threads: NonZeroUsize::MIN,
            queue: NonZeroUsize::new(256).unwrap(),
            // Weak: these tests are not about the cost.
            params: Argon2Params::new(64, 1, 1).unwrap(),
        }),
        mailer: Arc::clone(mails) as Arc<dyn Mailer>,
        clock: Arc::new(SystemClock),
        settings: EngineSettings::default(),
    })
}
