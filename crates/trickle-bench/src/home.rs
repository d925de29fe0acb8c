use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use async_trait::async_trait;
use rand::{TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use trickle_engine::{
    Caller, Engine, EngineParts, EngineSettings, LoginRequest, Mail, MailError, Mailer,
    ScriptRunner, create_tenant,
};
use trickle_model::{
    Clock as _, Connection, ConnectionId, ConnectionOptions, ExecutionReport, ExecutionRequest,
    Secret, SystemClock, TenantId,
};
use trickle_password::{HashingPool, PoolOptions};
use trickle_pool::Pool;
use trickle_store::{Database, MasterKey, NewConnection, Page, Store};

use crate::pool::PASSWORD;

/// The pool, with a counter.
struct Counting {
    pool: Pool,
    runs: AtomicU64,
}

#[async_trait]
impl ScriptRunner for Counting {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.pool.execute(request).await
    }

    async fn retire(&self, connection: &ConnectionId) {
        self.pool.retire(connection).await;
    }
}

/// A whole server but for HTTP: store, engine, and a connection with import on.
pub struct Home {
    /// The engine over the store and the pool.
    pub engine: Engine,
    connection: Arc<Connection>,
    runner: Arc<Counting>,
    store: Store,
    tenant: TenantId,
    _folder: TempDir,
}

impl Home {
    /// Over a new SQLite file in the system's folder for temporary files.
    pub async fn on_sqlite(pool: Pool, script: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("make a folder")?;
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Self::over(&database, folder, pool, script, Vec::new()).await
    }

    /// [`on_sqlite`](Self::on_sqlite), with private addresses that the script may reach.
    pub async fn on_sqlite_reaching(
        pool: Pool,
        script: &str,
        allow_net: Vec<String>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("make a folder")?;
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Self::over(&database, folder, pool, script, allow_net).await
    }

    /// Over an empty PostgreSQL database.
    pub async fn on_postgres(pool: Pool, script: &str, url: String) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("make a folder")?;
        let database = Database::Postgres(Secret::new(url));
        Self::over(&database, folder, pool, script, Vec::new()).await
    }

    async fn over(
        database: &Database,
        folder: TempDir,
        pool: Pool,
        script: &str,
        allow_net: Vec<String>,
    ) -> anyhow::Result<Self> {
        let key = MasterKey::generate(&mut OsRng.unwrap_err());
        let store = Store::open(database, key).await?;
        let tenant = create_tenant(&store, &SystemClock, "bench", &[]).await?.id;
        let runner = Arc::new(Counting {
            pool,
            runs: AtomicU64::new(0),
        });
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            runner: Arc::clone(&runner) as Arc<dyn ScriptRunner>,
            passwords: HashingPool::new(PoolOptions::default()),
            mailer: Arc::new(NoMail),
            clock: Arc::new(SystemClock),
            settings: EngineSettings {
                allow_net,
                ..EngineSettings::default()
            },
        });
        let new = NewConnection {
            id: ConnectionId::generate(&mut OsRng.unwrap_err()),
            tenant: tenant.clone(),
            name: "legacy".to_owned(),
            options: ConnectionOptions::from_stored(options(script)),
            configuration: BTreeMap::new(),
            enabled_clients: Vec::new(),
            attributes: Map::new(),
        };
        let connection = store.add_connection(&new, SystemClock.now()).await?;
        Ok(Self {
            engine,
            connection: Arc::new(connection),
            runner,
            store,
            tenant,
            _folder: folder,
        })
    }

    /// With an option of Trickle's own for the connection; the store does not hear of it.
    pub fn with_own_option(mut self, key: &str, value: &Value) -> Self {
        let mut connection = (*self.connection).clone();
        let mut options = connection.options.as_map().clone();
        options.insert("trickle".to_owned(), json!({key: value}));
        connection.options = ConnectionOptions::from_stored(options);
        self.connection = Arc::new(connection);
        self
    }

    /// The login of a user; all have the same password.
    pub fn request(&self, email: &str) -> LoginRequest {
        LoginRequest {
            connection: Arc::clone(&self.connection),
            identifier: email.to_owned(),
            password: Secret::new(PASSWORD),
            caller: Caller {
                ip: Some("192.0.2.7".to_owned()),
                ..Caller::default()
            },
            context: Map::new(),
        }
    }

    /// The tenant and its connection.
    pub fn place(&self) -> (&TenantId, &ConnectionId) {
        (&self.tenant, &self.connection.id)
    }

    /// Scripts that ran so far.
    pub fn runs(&self) -> u64 {
        self.runner.runs.load(Ordering::Relaxed)
    }

    /// Users that are stored.
    pub async fn users(&self) -> anyhow::Result<u64> {
        let page = Page {
            offset: 0,
            limit: 1,
        };
        let (filter, sort) = Default::default();
        let users = self.store.list_users(&self.tenant, &filter, &sort, page);
        Ok(users.await?.total)
    }

    /// Ends the store, so that its database can be removed.
    pub async fn end(self) {
        self.engine.drain().await;
        self.store.close().await;
    }
}

fn options(script: &str) -> Map<String, Value> {
    let options = json!({
        "enabledDatabaseCustomization": true,
        "import_mode": true,
        "customScripts": {"login": script},
    });
    match options {
        Value::Object(options) => options,
        _ => unreachable!("it is an object"),
    }
}

/// Nobody forgets a password here.
struct NoMail;

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, _: Mail) -> Result<(), MailError> {
        Err(MailError("no mail is sent here".to_owned()))
    }
}
