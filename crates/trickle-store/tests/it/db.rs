//! Databases and what most cases need in them.

use std::path::PathBuf;

use jiff::Timestamp;
use rand::{SeedableRng as _, rngs::StdRng};
use serde_json::{Map, Value};
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, AssertSqlSafe, Transaction};
use tokio::sync::OnceCell;
use trickle_model::{
    ConnectionId, ConnectionOptions, Event, EventCode, EventId, NewUser, Profile, Secret, TenantId,
    UserId,
};
use trickle_store::{
    AddUser, Database, LoginBasis, MasterKey, NewConnection, NewTenant, Page, Record, Store,
    StoredUser, Write,
};
use trickle_testkit::postgres::Postgres;

/// Makes a test on either database of each case.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$case(&crate::db::TestDb::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$case(&crate::db::TestDb::postgres()).await;
            })+
        }
    };
}
pub(crate) use on_both;

pub const ALL: Page = Page {
    offset: 0,
    limit: 1000,
};
pub const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";

/// An empty database.
pub struct TestDb {
    pub database: Database,
    pub key: MasterKey,
    url: String,
    folder: Option<tempfile::TempDir>,
    raw: OnceCell<AnyPool>,
}

impl TestDb {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trickle.db");
        Self {
            url: format!("sqlite:{}", path.display()),
            database: Database::Sqlite(path),
            key: MasterKey::from_bytes([7; 32]),
            folder: Some(folder),
            raw: OnceCell::new(),
        }
    }

    pub fn postgres() -> Self {
        Self::on(Postgres::shared())
    }

    pub fn on(server: &Postgres) -> Self {
        let url = server.url(&server.fresh_database());
        Self {
            database: Database::Postgres(Secret::new(url.as_str())),
            key: MasterKey::from_bytes([7; 32]),
            url,
            folder: None,
            raw: OnceCell::new(),
        }
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.database, self.key.clone()).await.unwrap()
    }

    /// Where SQLite's files are.
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().to_owned())
    }

    /// A store with a tenant and a connection.
    pub async fn world(&self) -> World {
        let store = self.open().await;
        let tenant = TenantId::from_text("tenant-1");
        let connection = ConnectionId::from_text("con_1");
        add_tenant(&store, tenant.as_str()).await;
        store
            .add_connection(&new_connection(&tenant, connection.as_str()), at(0))
            .await
            .unwrap();
        World {
            store,
            tenant,
            connection,
        }
    }

    /// A connection past the store.
    pub async fn raw(&self) -> &AnyPool {
        let connect = async || {
            sqlx::any::install_default_drivers();
            let options = AnyPoolOptions::new().max_connections(1);
            options.connect(&self.url).await.unwrap()
        };
        self.raw.get_or_init(connect).await
    }

    /// A transaction past the store.
    pub async fn another(&self) -> Another {
        Another(self.raw().await.begin().await.unwrap())
    }

    pub async fn db_execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query(sql).execute(self.raw().await).await.unwrap();
    }

    pub async fn db_count(&self, table: &str) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(sql)
            .fetch_one(self.raw().await)
            .await
            .unwrap()
    }
}

/// What somebody else does at the same time.
pub struct Another(Transaction<'static, Any>);

impl Another {
    pub async fn execute(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query(sql).execute(&mut *self.0).await.unwrap();
    }

    /// How many wait for a lock in this database, on PostgreSQL.
    pub async fn waiters(&mut self) -> i64 {
        sqlx::query_scalar(
            "SELECT COUNT(DISTINCT waiting.pid) FROM pg_locks AS waiting JOIN pg_locks AS here \
             ON here.pid = waiting.pid AND here.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             WHERE NOT waiting.granted",
        )
        .fetch_one(&mut *self.0)
        .await
        .unwrap()
    }

    /// Whether anybody waits for what it holds, on PostgreSQL.
    pub async fn is_waited_for(&mut self) -> bool {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_locks AS held JOIN pg_locks AS waiting \
             ON waiting.transactionid = held.transactionid AND NOT waiting.granted \
             WHERE held.granted AND held.pid = pg_backend_pid()",
        )
        .fetch_one(&mut *self.0)
        .await
        .unwrap();
        waiting > 0
    }

    pub async fn commit(self) {
        self.0.commit().await.unwrap();
    }
}

#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub tenant: TenantId,
    pub connection: ConnectionId,
}

impl World {
    pub fn new_user(&self, profile: Profile) -> NewUser {
        NewUser {
            tenant: self.tenant.clone(),
            connection: self.connection.clone(),
            profile,
        }
    }

    pub async fn add(&self, id: &str, email: Option<&str>, username: Option<&str>) -> AddUser {
        let new = self.new_user(profile(id, email, username));
        self.store
            .add_user(&new, Some(&Secret::new(HASH)), None, at(1))
            .await
            .unwrap()
    }

    /// On what a login of somebody rests that begins now.
    pub async fn basis(&self, id: &str) -> LoginBasis {
        let id = UserId::from_raw(id);
        let stored = self.store.stored_user(&self.tenant, &id).await;
        stored.unwrap().unwrap().basis()
    }

    /// A login that succeeded.
    pub fn login(&self, id: &str, ip: Option<&str>, millis: i64) -> Record {
        vec![Write::Login {
            tenant: self.tenant.clone(),
            user: UserId::from_raw(id),
            ip: ip.map(str::to_owned),
            at: at(millis),
        }]
    }

    pub async fn count_login(&self, id: &str, ip: Option<&str>, millis: i64) {
        let record = self.login(id, ip, millis);
        self.store.write_records(&[record]).await.unwrap();
    }

    pub async fn find(&self, identifier: &str) -> Option<StoredUser> {
        self.store
            .find_by_identifier(&self.connection, identifier)
            .await
            .unwrap()
    }

    pub fn event(&self, seed: u64) -> Event {
        let now = at(i64::try_from(seed).unwrap());
        Event {
            id: EventId::generate(now, &mut StdRng::seed_from_u64(seed)),
            tenant: self.tenant.clone(),
            at: now,
            code: EventCode::Login,
            description: "moved".into(),
            connection: Some(self.connection.clone()),
            client: None,
            user: None,
            user_name: Some("jane@example.com".into()),
            ip: Some("203.0.113.7".into()),
            user_agent: None,
            details: object(serde_json::json!({"outcome": "profile"})),
        }
    }
}

/// On what a login rests of somebody whom [`World::add`] has made.
pub fn first_basis(user: UserId) -> LoginBasis {
    LoginBasis {
        user,
        logins_ended: u64::try_from(at(1).as_millisecond()).unwrap(),
    }
}

/// Milliseconds after a fixed time.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

pub fn profile(id: &str, email: Option<&str>, username: Option<&str>) -> Profile {
    Profile {
        id: id.into(),
        email: email.map(Into::into),
        username: username.map(Into::into),
        ..Profile::default()
    }
}

pub async fn add_tenant(store: &Store, id: &str) -> TenantId {
    let new = NewTenant {
        id: TenantId::from_text(id),
        name: id.to_owned(),
        domains: Vec::new(),
    };
    store.add_tenant(&new, at(0)).await.unwrap().id
}

pub fn new_connection(tenant: &TenantId, id: &str) -> NewConnection {
    NewConnection {
        id: ConnectionId::from_text(id),
        tenant: tenant.clone(),
        name: format!("Legacy {id}"),
        options: ConnectionOptions::from_stored(object(
            serde_json::json!({"import_mode": true, "enabledDatabaseCustomization": true}),
        )),
        configuration: [("PASSWORD".to_owned(), Secret::new("correct horse"))].into(),
        enabled_clients: Vec::new(),
        attributes: object(serde_json::json!({"display_name": "Old shop"})),
    }
}
