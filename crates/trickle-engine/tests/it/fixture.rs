//! A tenant, a connection and an engine over a real store.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use trickle_engine::{
    Caller, Engine, EngineParts, EngineSettings, LoginOutcome, LoginRequest, Mail, MailError,
    Mailer, ScriptRunner, create_tenant,
};
use trickle_model::{
    Action, Answer, Clock, Connection, ConnectionId, ConnectionOptions, Event, ExecutionReport,
    ExecutionRequest, NewUser, Outcome, Profile, ScriptError, Secret, SystemClock, TenantId,
    Timings, UnverifiedProfile, User, UserId,
};
use trickle_password::{Argon2Params, HashingPool, Password, PoolOptions, hash};
use trickle_store::{
    AddUser, Database, LinkUser, MasterKey, NewConnection, Page, Store, StoredUser,
};

pub(crate) const PASSWORD: &str = "correct horse";

type Script = dyn Fn(&ExecutionRequest) -> ExecutionReport + Send + Sync;

/// In the place of the pool: counts, waits where it is told to, answers by a closure.
pub(crate) struct Fake {
    script: Mutex<Arc<Script>>,
    runs: AtomicUsize,
    retired: AtomicUsize,
    gate: Semaphore,
}

#[async_trait]
impl ScriptRunner for Fake {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        self.runs.fetch_add(1, Ordering::SeqCst);
        drop(self.gate.acquire().await.unwrap());
        let script = Arc::clone(&self.script.lock().unwrap());
        script(&request)
    }

    async fn retire(&self, _: &ConnectionId) {
        self.retired.fetch_add(1, Ordering::SeqCst);
    }
}

impl Fake {
    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn retired(&self) -> usize {
        self.retired.load(Ordering::SeqCst)
    }

    /// From now on runs wait, until [`open`](Self::open).
    pub(crate) fn shut(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn open(&self) {
        self.gate.add_permits(1_000_000);
    }

    /// Answers with a whole report.
    pub(crate) fn reports(
        &self,
        script: impl Fn(&ExecutionRequest) -> ExecutionReport + Send + Sync + 'static,
    ) {
        *self.script.lock().unwrap() = Arc::new(script);
    }

    /// Answers with an outcome.
    pub(crate) fn answers(
        &self,
        script: impl Fn(&ExecutionRequest) -> Outcome + Send + Sync + 'static,
    ) {
        self.reports(move |request| report(script(request)));
    }

    /// Gives this profile to whoever knows [`PASSWORD`].
    pub(crate) fn knows(&self, profile: Value) {
        self.answers(move |request| match request.action {
            Action::Login if request.arguments[1] == PASSWORD => found(profile.clone()),
            Action::Login => wrong_credentials(),
            _ => found(profile.clone()),
        });
    }
}

/// In the place of a mail server; what is in mails is looked at where their pages are.
pub(crate) struct Postbox;

#[async_trait]
impl Mailer for Postbox {
    async fn send(&self, _: Mail) -> Result<(), MailError> {
        Ok(())
    }
}

pub(crate) fn report(outcome: Outcome) -> ExecutionReport {
    ExecutionReport::without_worker(outcome, Timings::default())
}

pub(crate) fn found(profile: Value) -> Outcome {
    Outcome::Profile(UnverifiedProfile::new(profile))
}

pub(crate) fn wrong_credentials() -> Outcome {
    failed(
        "WrongUsernameOrPasswordError",
        Some("wrongusernameorpassword"),
        "",
    )
}

/// What a script's error becomes.
pub(crate) fn failed(name: &str, code: Option<&str>, message: &str) -> Outcome {
    let error = ScriptError {
        name: name.into(),
        code: code.map(Into::into),
        message: message.into(),
        ..ScriptError::default()
    };
    let answer = Answer {
        error: Some(error),
        value: Value::Null,
    };
    Outcome::from_answer(Action::Login, answer)
}

pub(crate) struct Fixture {
    pub(crate) engine: Engine,
    pub(crate) fake: Arc<Fake>,
    postbox: Arc<Postbox>,
    pub(crate) store: Store,
    pub(crate) tenant: TenantId,
    _folder: TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Self::over(&database, folder).await
    }

    pub(crate) async fn over(database: &Database, folder: TempDir) -> Self {
        let key = MasterKey::generate(&mut OsRng.unwrap_err());
        let store = Store::open(database, key).await.unwrap();
        let fake = Arc::new(Fake {
            script: Mutex::new(Arc::new(|_| report(Outcome::DidNotAnswer))),
            runs: AtomicUsize::new(0),
            retired: AtomicUsize::new(0),
            gate: Semaphore::new(1_000_000),
        });
        let tenant = create_tenant(&store, &SystemClock, "acme", &[])
            .await
            .unwrap()
            .id;
        let postbox = Arc::new(Postbox);
        Self {
            engine: engine(&store, &fake, &postbox, Arc::new(SystemClock)),
            postbox,
            fake,
            store,
            tenant,
            _folder: folder,
        }
    }

    /// A second node over the same store.
    pub(crate) fn another_node(&self) -> Engine {
        self.node_by(Arc::new(SystemClock))
    }

    /// The same, with a clock of its own.
    pub(crate) fn node_by(&self, clock: Arc<dyn Clock>) -> Engine {
        engine(&self.store, &self.fake, &self.postbox, clock)
    }

    pub(crate) async fn connection(&self, options: Value) -> Arc<Connection> {
        let Value::Object(mut options) = options else {
            panic!("options are an object")
        };
        options.entry("customScripts").or_insert_with(
            || json!({"login": "function login() {}", "get_user": "function getUser() {}"}),
        );
        let id = ConnectionId::generate(&mut OsRng.unwrap_err());
        let (options, configuration) = ConnectionOptions::parse(options).unwrap();
        let new = NewConnection {
            name: format!("legacy-{}", &id.as_str()[4..]),
            id,
            tenant: self.tenant.clone(),
            options,
            configuration,
            enabled_clients: Vec::new(),
            attributes: Map::new(),
        };
        let now = SystemClock.now();
        Arc::new(self.store.add_connection(&new, now).await.unwrap())
    }

    pub(crate) async fn import_on(&self) -> Arc<Connection> {
        self.connection(json!({"enabledDatabaseCustomization": true, "import_mode": true}))
            .await
    }

    pub(crate) async fn import_off(&self) -> Arc<Connection> {
        self.connection(json!({"enabledDatabaseCustomization": true, "import_mode": false}))
            .await
    }

    pub(crate) async fn login(
        &self,
        connection: &Arc<Connection>,
        identifier: &str,
        password: &str,
    ) -> LoginOutcome {
        let request = request(connection, identifier, password);
        self.engine.login(request).await.unwrap()
    }

    /// Ada, who logs in.
    pub(crate) async fn login_ada(&self, connection: &Arc<Connection>) -> User {
        user(self.login(connection, "ada@example.com", PASSWORD).await)
    }

    pub(crate) async fn stored(
        &self,
        connection: &Connection,
        identifier: &str,
    ) -> Option<StoredUser> {
        self.engine.settled().await;
        let found = self.store.find_by_identifier(&connection.id, identifier);
        found.await.unwrap()
    }

    /// Somebody who came before.
    pub(crate) async fn db_user(
        &self,
        connection: &Connection,
        profile: Profile,
        password: Option<&str>,
    ) -> UserId {
        let new = NewUser {
            tenant: self.tenant.clone(),
            connection: connection.id.clone(),
            profile,
        };
        let hash = password.map(hashed);
        let now = SystemClock.now();
        let added = self.store.add_user(&new, hash.as_ref(), None, now).await;
        match added.unwrap() {
            AddUser::Added(user) => user.id,
            AddUser::Exists(existing) => panic!("{existing:?} is in the way"),
        }
    }

    pub(crate) async fn db_link(&self, primary: &UserId, secondary: &UserId) {
        let (store, tenant) = (&self.store, &self.tenant);
        let linked = store.link_user(tenant, primary, secondary, None).await;
        assert_eq!(linked.unwrap(), LinkUser::Linked);
    }

    pub(crate) async fn count_users(&self) -> u64 {
        let page = Page {
            offset: 0,
            limit: 1,
        };
        let (filter, sort) = Default::default();
        let users = self.store.list_users(&self.tenant, &filter, &sort, page);
        users.await.unwrap().total
    }

    /// The log, newest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let page = Page {
            offset: 0,
            limit: 5_000,
        };
        self.engine.settled().await;
        self.store.list_events(&self.tenant, page).await.unwrap()
    }

    /// Codes of the log, oldest first.
    pub(crate) async fn codes(&self) -> Vec<&'static str> {
        let events = self.events().await;
        let codes = events.iter().rev().map(|event| event.code.as_str());
        codes.collect()
    }
}

fn engine(
    store: &Store,
    fake: &Arc<Fake>,
    postbox: &Arc<Postbox>,
    clock: Arc<dyn Clock>,
) -> Engine {
    let options = PoolOptions {
        threads: NonZeroUsize::MIN,
        queue: NonZeroUsize::new(4096).unwrap(),
        // Weak: these tests are not about the cost.
        params: Argon2Params::new(64, 1, 1).unwrap(),
    };
    Engine::new(EngineParts {
        store: store.clone(),
        runner: Arc::clone(fake) as Arc<dyn ScriptRunner>,
        passwords: HashingPool::new(options),
        mailer: Arc::clone(postbox) as Arc<dyn Mailer>,
        clock,
        settings: EngineSettings::default(),
    })
}

/// A hash at the cost of the pool of these tests.
pub(crate) fn hashed(password: &str) -> Secret {
    let params = Argon2Params::new(64, 1, 1).unwrap();
    let password = Password::from(password);
    let hash = hash(&password, &params, &mut OsRng.unwrap_err());
    Secret::new(hash.as_str())
}

pub(crate) fn request(
    connection: &Arc<Connection>,
    identifier: &str,
    password: &str,
) -> LoginRequest {
    LoginRequest {
        connection: Arc::clone(connection),
        identifier: identifier.to_owned(),
        password: Secret::new(password),
        caller: Caller {
            ip: Some("192.0.2.7".to_owned()),
            ..Caller::default()
        },
        context: Map::new(),
    }
}

pub(crate) fn user(outcome: LoginOutcome) -> User {
    match outcome {
        LoginOutcome::Authenticated { user, .. } => *user,
        other => panic!("not logged in: {}", other.name()),
    }
}

pub(crate) const LIMIT: Duration = Duration::from_mins(1);
