//! One pool with the real worker for all tests of the process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, Secret, TenantId,
};
use trickle_pool::{Pool, PoolConfig};
pub use trickle_tests::repository;

/// No healthy run comes near it, even on a busy machine.
pub const WALL: Duration = Duration::from_mins(1);

struct Scripts {
    pool: Pool,
    /// The pool outlives the runtime of the test that came first.
    _runtime: Runtime,
}

fn pool() -> &'static Pool {
    static SCRIPTS: OnceLock<Scripts> = OnceLock::new();
    let start = || {
        let runtime = Runtime::new().unwrap();
        let config = PoolConfig {
            spares: 3,
            queue_wait: WALL,
            ..PoolConfig::new(worker(), repository().join("sandbox/node_modules"))
        };
        let pool = runtime.block_on(Pool::start(config)).unwrap();
        Scripts {
            pool,
            _runtime: runtime,
        }
    };
    // A thread of its own, because one runtime cannot block inside another.
    let started = || std::thread::spawn(start).join().unwrap();
    &SCRIPTS.get_or_init(started).pool
}

/// The shipped worker.
pub fn worker() -> PathBuf {
    trickle_tests::program("trickle-worker", "TRICKLE_WORKER")
}

/// The settings of a connection that no other test uses.
pub struct Draft(Binding);

impl Draft {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        Self(Binding {
            tenant: TenantId::from_text(&name),
            connection: ConnectionId::from_text(&name),
            revision: 1,
            scripts: BTreeMap::new(),
            configuration: BTreeMap::new(),
            node_version: NodeVersion::default(),
            limits: Limits {
                wall: WALL,
                ..Limits::default()
            },
            allow_net: Vec::new(),
            public_net: true,
            only_net: None,
        })
    }

    pub fn script(mut self, action: Action, text: impl Into<String>) -> Self {
        self.0.scripts.insert(action, text.into());
        self
    }

    /// Every script of a folder of `templates/`.
    pub fn template(mut self, folder: &str) -> Self {
        let folder = repository().join("templates").join(folder);
        for action in Action::ALL {
            let path = folder.join(format!("{action}.js"));
            // Not every store can be counted.
            if action == Action::Count && !path.exists() {
                continue;
            }
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("read {}: {error}", path.display()));
            self = self.script(action, text);
        }
        self
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give literals and addresses"
    )]
    pub fn configure(mut self, key: &str, value: impl ToString) -> Self {
        let value = Secret::new(value.to_string());
        self.0.configuration.insert(key.to_owned(), value);
        self
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give literals and addresses"
    )]
    pub fn allow_net(mut self, target: impl ToString) -> Self {
        self.0.allow_net.push(target.to_string());
        self
    }

    pub fn node_version(mut self, version: NodeVersion) -> Self {
        self.0.node_version = version;
        self
    }

    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.0.limits);
        self
    }

    pub fn open(self) -> Connection {
        Connection(Arc::new(self.0))
    }
}

/// A connection that takes runs.
pub struct Connection(Arc<Binding>);

impl Connection {
    /// A `login` script and nothing else.
    pub fn with_login(text: &str) -> Self {
        Draft::new().script(Action::Login, text).open()
    }

    /// The same for runs that end by themselves, however long a busy machine takes. A worker keeps the limits that it was first used with.
    pub fn patient(&self) -> Self {
        let mut binding = Binding::clone(&self.0);
        binding.limits.wall = WALL;
        Self(Arc::new(binding))
    }

    /// Runs a script with these arguments, an array.
    pub async fn run(&self, action: Action, arguments: Value) -> ExecutionReport {
        self.run_in(action, arguments, Map::new()).await
    }

    /// [`run`](Self::run) with a `context`.
    pub async fn run_in(
        &self,
        action: Action,
        arguments: Value,
        context: Map<String, Value>,
    ) -> ExecutionReport {
        pool()
            .execute(self.request(action, arguments, context))
            .await
    }

    /// Begins a run without waiting for it.
    pub fn begin(
        &self,
        action: Action,
        arguments: Value,
        context: Map<String, Value>,
    ) -> JoinHandle<ExecutionReport> {
        let request = self.request(action, arguments, context);
        tokio::spawn(async move { pool().execute(request).await })
    }

    /// Frees the connection's workers.
    pub async fn close(self) {
        pool().retire(&self.0.connection).await;
    }

    fn request(
        &self,
        action: Action,
        arguments: Value,
        context: Map<String, Value>,
    ) -> ExecutionRequest {
        let Value::Array(arguments) = arguments else {
            panic!("arguments are an array");
        };
        ExecutionRequest {
            id: ExecutionId::from_text("test"),
            binding: Arc::clone(&self.0),
            action,
            arguments,
            context,
        }
    }
}
