//! A whole API over a real store.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use futures::StreamExt as _;
use jiff::Timestamp;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use trickle_api::{ApiState, ManagementRate, Tenancy, router};
use trickle_engine::{
    Engine, EngineParts, EngineSettings, MANAGEMENT_SCOPES, Mail, MailError, Mailer, NewClient,
    ScriptRunner, create_client, create_tenant,
};
use trickle_model::{
    Action, ApiClient, Clock, ConnectionId, ExecutionReport, ExecutionRequest, Grant, Outcome,
    ScriptError, Secret, SystemClock, Timings, UnverifiedProfile, UserId,
};
use trickle_password::{Argon2Params, HashingPool, PoolOptions};
use trickle_store::{ClientChange, Database, LoginBasis, MasterKey, Store, Tenant};

use crate::contract;

pub(crate) const HOST: &str = "acme.trickle.test:8443";
pub(crate) const PASSWORD: &str = "correct horse";
const REALM_GRANT: &str = "http://auth0.com/oauth/grant-type/password-realm";

type Script = dyn Fn(&ExecutionRequest) -> Outcome + Send + Sync;

/// In the place of the pool.
pub(crate) struct Fake {
    script: Mutex<Arc<Script>>,
    runs: AtomicUsize,
    retired: AtomicUsize,
}

#[async_trait]
impl ScriptRunner for Fake {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let script = Arc::clone(&self.script.lock().unwrap());
        ExecutionReport::without_worker(script(&request), Timings::default())
    }

    async fn retire(&self, _: &ConnectionId) {
        self.retired.fetch_add(1, Ordering::SeqCst);
    }
}

impl Fake {
    pub(crate) fn answers(
        &self,
        script: impl Fn(&ExecutionRequest) -> Outcome + Send + Sync + 'static,
    ) {
        *self.script.lock().unwrap() = Arc::new(script);
    }

    pub(crate) fn always(&self, outcome: Outcome) {
        self.answers(move |_| outcome.clone());
    }

    /// Ada is in the legacy store, under id 42 and with [`PASSWORD`].
    pub(crate) fn knows_ada(&self) {
        self.answers(|request| match request.action {
            Action::Login if request.arguments[1] != PASSWORD => Outcome::WrongCredentials(None),
            _ if request.arguments[0] != "ada@example.com" => Outcome::NoSuchUser,
            _ => Outcome::Profile(UnverifiedProfile::new(json!({
                "user_id": 42, "email": "ada@example.com", "email_verified": true, "given_name": "Ada",
            }))),
        });
    }

    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn retired(&self) -> usize {
        self.retired.load(Ordering::SeqCst)
    }
}

/// In the place of a mail server.
#[derive(Default)]
pub(crate) struct Postbox(Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Postbox {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail);
        Ok(())
    }
}

impl Postbox {
    /// All mails, oldest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap().clone()
    }
}

/// Goes on by a millisecond each time it is read, and not between: of two things one is older, and nothing runs out while a busy machine
/// keeps a test waiting.
struct Steady(AtomicI64);

impl Steady {
    /// From the beginning of a minute on: neither a day nor a step of one-time passwords ends in the middle of a test.
    fn new() -> Self {
        let seconds = SystemClock.now().as_second();
        Self(AtomicI64::new((seconds - seconds % 60) * 1_000))
    }
}

impl Clock for Steady {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn refused(name: &str, code: &str, message: &str) -> Outcome {
    Outcome::Refused(ScriptError {
        name: name.into(),
        code: Some(code.into()),
        message: message.into(),
        ..ScriptError::default()
    })
}

pub(crate) struct TestApp {
    router: Router,
    pub(crate) engine: Engine,
    pub(crate) store: Store,
    pub(crate) fake: Arc<Fake>,
    pub(crate) postbox: Arc<Postbox>,
    pub(crate) tenant: Tenant,
    _folder: TempDir,
}

/// An application with its secret.
#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) client: ApiClient,
    pub(crate) secret: Secret,
}

impl Application {
    pub(crate) fn id(&self) -> &str {
        self.client.id.as_str()
    }

    /// Parameters of the password-realm grant for Ada.
    pub(crate) fn password_realm(&self, realm: &str, password: &str) -> Value {
        json!({
            "grant_type": REALM_GRANT,
            "client_id": self.id(),
            "client_secret": self.secret.expose(),
            "username": "ada@example.com",
            "password": password,
            "realm": realm,
        })
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The body with what differs from run to run hidden, each by its form.
    pub(crate) fn redacted(&self) -> Value {
        redact(self.body.clone())
    }
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Self::over(&database, folder).await
    }

    pub(crate) async fn over(database: &Database, folder: TempDir) -> Self {
        let key = MasterKey::generate(&mut OsRng.unwrap_err());
        let store = Store::open(database, key).await.unwrap();
        let clock = Arc::new(Steady::new());
        let tenant = create_tenant(&store, &*clock, "acme", &["login.acme.test".into()])
            .await
            .unwrap();
        let fake = Arc::new(Fake {
            script: Mutex::new(Arc::new(|_| Outcome::DidNotAnswer)),
            runs: AtomicUsize::new(0),
            retired: AtomicUsize::new(0),
        });
        let postbox = Arc::new(Postbox::default());
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            runner: Arc::clone(&fake) as Arc<dyn ScriptRunner>,
            passwords: HashingPool::new(PoolOptions {
                threads: NonZeroUsize::MIN,
                // Weak: these tests are not about the cost.
                params: Argon2Params::new(64, 1, 1).unwrap(),
                ..PoolOptions::default()
            }),
            mailer: Arc::clone(&postbox) as Arc<dyn Mailer>,
            clock,
            settings: EngineSettings::default(),
        });
        let tenancy = Tenancy {
            base_domain: Some("trickle.test".into()),
            default_tenant: None,
            public_host: None,
        };
        Self {
            router: router(ApiState::new(engine.clone(), tenancy)),
            engine,
            store,
            fake,
            postbox,
            tenant,
            _folder: folder,
        }
    }

    /// The same store behind other host names.
    pub(crate) fn with_tenancy(mut self, tenancy: Tenancy) -> Self {
        self.router = router(ApiState::new(self.engine.clone(), tenancy));
        self
    }

    /// The same with another rate of requests.
    pub(crate) fn with_management_rate(mut self, rate: ManagementRate) -> Self {
        let tenancy = Tenancy {
            base_domain: Some("trickle.test".into()),
            ..Tenancy::default()
        };
        let state = ApiState::new(self.engine.clone(), tenancy);
        self.router = router(state.with_management_rate(rate));
        self
    }

    pub(crate) async fn application(&self, grants: &[Grant], scopes: &[&str]) -> Application {
        let new = NewClient {
            tenant: self.tenant.id.clone(),
            name: "an application".into(),
            grants: grants.to_vec(),
            management_scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        };
        let made = create_client(&self.store, self.engine.clock(), new).await;
        let (client, secret) = made.unwrap();
        Application { client, secret }
    }

    /// On what a login of a user rests that begins now.
    pub(crate) async fn basis(&self, user: &UserId) -> LoginBasis {
        let stored = self.store.stored_user(&self.tenant.id, user).await;
        stored.unwrap().unwrap().basis()
    }

    /// Changes what an application says of itself.
    pub(crate) async fn set_client(&self, application: &Application, settings: Value) {
        let change = ClientChange {
            settings: settings.as_object().unwrap().clone(),
            ..ClientChange::default()
        };
        let changed = self
            .store
            .change_client(&self.tenant.id, &application.client.id, change)
            .await;
        changed.unwrap().unwrap().unwrap();
    }

    /// An application that logs people in.
    pub(crate) async fn login_application(&self) -> Application {
        self.application(&[Grant::Password, Grant::PasswordRealm], &[])
            .await
    }

    /// Somebody who may do everything.
    pub(crate) async fn admin(&self) -> Actor<'_> {
        self.actor(MANAGEMENT_SCOPES).await
    }

    /// Somebody with a token for these scopes, got as everybody gets it.
    pub(crate) async fn actor(&self, scopes: &[&str]) -> Actor<'_> {
        let application = self.application(&[Grant::ClientCredentials], scopes).await;
        let answer = self
            .post(
                "/oauth/token",
                json!({
                    "grant_type": "client_credentials",
                    "client_id": application.id(),
                    "client_secret": application.secret.expose(),
                    "audience": format!("https://{HOST}/api/v2/"),
                }),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Actor {
            app: self,
            token: Some(answer.body["access_token"].as_str().unwrap().to_owned()),
        }
    }

    /// Somebody without a token.
    pub(crate) const fn nobody(&self) -> Actor<'_> {
        Actor {
            app: self,
            token: None,
        }
    }

    /// A connection with import on for this application.
    pub(crate) async fn import_connection(&self, application: &Application) -> String {
        let body = json!({
            "name": "legacy", "strategy": "auth0",
            "enabled_clients": [application.id()],
            "options": {
                "enabledDatabaseCustomization": true, "import_mode": true,
                "customScripts": {"login": "function login() {}", "get_user": "function g() {}"},
            },
        });
        let admin = self.admin().await;
        let created = admin.post("/api/v2/connections", body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        created.body["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Request::post(path), Some(body)).await
    }

    pub(crate) async fn send(
        &self,
        request: axum::http::request::Builder,
        body: Option<Value>,
    ) -> Answer {
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send_raw(request.unwrap()).await
    }

    pub(crate) async fn send_raw(&self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        if !headers.contains_key(header::HOST) {
            headers.insert(header::HOST, HOST.parse().unwrap());
        }
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: if bytes.is_empty() {
                Value::Null
            } else {
                // Pages are text.
                serde_json::from_slice(&bytes)
                    .unwrap_or_else(|_| String::from_utf8(bytes.to_vec()).unwrap().into())
            },
        };
        contract::check(&method, &uri, &answer);
        answer
    }
}

impl TestApp {
    /// An answer that is no text.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, bytes.to_vec())
    }

    /// Lengths of the pieces in which an answer comes.
    pub(crate) async fn pieces(&self, request: Request<Body>) -> Vec<usize> {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let pieces = response.into_body().into_data_stream();
        pieces.map(|piece| piece.unwrap().len()).collect().await
    }
}

/// Somebody who calls the Management API.
pub(crate) struct Actor<'a> {
    app: &'a TestApp,
    pub(crate) token: Option<String>,
}

impl Actor<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.app.send(request, body).await
    }
}

fn redact(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redacted_text(text)),
        Value::Array(items) => items.into_iter().map(redact).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, redact(value)))
            .collect(),
        other => other,
    }
}

fn redacted_text(text: String) -> String {
    let alphanumeric = |text: &str| text.bytes().all(|c| c.is_ascii_alphanumeric());
    let is_time = text.len() == 24 && text.ends_with('Z') && text.parse::<Timestamp>().is_ok();
    if is_time {
        "[time]".into()
    } else if text.starts_with("con_") && text.len() == 20 && alphanumeric(&text[4..]) {
        "[connection]".into()
    } else if text.len() == 32 && alphanumeric(&text) {
        "[client]".into()
    } else if text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
        "[uuid]".into()
    } else if Store::is_sealed(&text) {
        "[sealed]".into()
    } else if text.starts_with("eyJ") && text.matches('.').count() == 2 {
        "[jwt]".into()
    } else {
        text
    }
}
