use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use trickle_jail::Namespaces;
use trickle_model::{Binding, ExecutionReport, Outcome};
use trickle_pool::{Pool, PoolConfig, PoolSnapshot};
use trickle_testkit::wait_for_async;

use crate::binding::{binding, request};

pub const LIMIT: Duration = Duration::from_mins(1);

/// A pool of hostile workers, with a folder of its own by which its processes are known.
pub struct Stage {
    pub pool: Pool,
    dir: TempDir,
}

/// The example that cargo builds beside the tests.
fn hostile_worker() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().unwrap().parent().unwrap();
    let program = target.join("examples/hostile_worker");
    assert!(program.exists(), "build it: cargo build --examples");
    program
}

/// The defaults, with hostile workers that keep their modules in `dir`.
pub fn config(dir: &TempDir) -> PoolConfig {
    PoolConfig {
        spares: 1,
        queue_wait: LIMIT,
        // What these workers tell of themselves shall mean something here; `real.rs` has all namespaces.
        namespaces: Namespaces::none(),
        ..PoolConfig::new(hostile_worker(), dir.path())
    }
}

impl Stage {
    pub async fn start(change: impl FnOnce(&mut PoolConfig)) -> Self {
        let dir = TempDir::new().unwrap();
        let mut config = config(&dir);
        change(&mut config);
        let pool = Pool::start(config).await.unwrap();
        Self { pool, dir }
    }

    /// How workers boot from now on.
    pub fn let_boot(&self, how: &str) {
        std::fs::write(self.dir.path().join("boot"), how).unwrap();
    }

    /// Runs on the connection `t/c`, revision 1.
    pub async fn run(&self, arguments: Value) -> ExecutionReport {
        self.run_on(&Arc::new(binding("t", "c", 1)), arguments)
            .await
    }

    pub async fn run_on(&self, binding: &Arc<Binding>, arguments: Value) -> ExecutionReport {
        let run = self.pool.execute(request(binding, arguments));
        tokio::time::timeout(LIMIT, run).await.expect("a report")
    }

    /// Begins a run without waiting for it.
    pub fn begin(&self, binding: &Arc<Binding>, arguments: Value) -> JoinHandle<ExecutionReport> {
        let (pool, request) = (self.pool.clone(), request(binding, arguments));
        tokio::spawn(async move { pool.execute(request).await })
    }

    /// Begins a run that answers with its worker's process id once `name` is released.
    pub fn hold(&self, binding: &Arc<Binding>, name: &str) -> JoinHandle<ExecutionReport> {
        self.begin(binding, json!(["hold", name]))
    }

    pub fn release(&self, name: &str) {
        std::fs::write(self.dir.path().join(name), "").unwrap();
    }

    /// Waits until the pool looks so.
    pub async fn until(&self, holds: impl Fn(&PoolSnapshot) -> bool) {
        wait_for_async(LIMIT, async || holds(&self.pool.snapshot().await)).await;
    }

    /// Waits until a worker has ended in this way.
    pub async fn until_ended(&self, way: &str) {
        self.until(|pool| pool.ended.contains_key(way)).await;
    }

    /// Whether a run of that connection still succeeds.
    pub async fn assert_serves(&self) {
        let report = self.run(json!(["echo", "hello"])).await;
        assert_eq!(report.outcome, Outcome::Done(json!("hello")));
    }

    /// Ends the pool and looks for what it left behind.
    pub async fn finish(self) {
        self.pool.shutdown(LIMIT).await;
        assert_left_nothing(self.dir.path()).await;
    }

    pub async fn assert_left_nothing(&self) {
        assert_left_nothing(self.dir.path()).await;
    }

    pub fn processes(&self) -> Vec<String> {
        processes_of(self.dir.path())
    }

    pub fn into_dir(self) -> TempDir {
        self.dir
    }
}

/// No process names this folder, and no zombie is left: a moment's zombie may be another test's.
pub async fn assert_left_nothing(dir: &Path) {
    assert_eq!(processes_that(names(dir)), Vec::<String>::new());
    wait_for_async(LIMIT, async || processes_of(dir).is_empty()).await;
}

/// The ids of all processes that name this folder on their command line, zombies included: those have none, but a parent.
pub fn processes_of(dir: &Path) -> Vec<String> {
    let own = std::process::id().to_string();
    let is_zombie = |process: &Path| {
        std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| {
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split(' ').collect();
            fields[1] == "Z" && fields[2] == own
        })
    };
    let names_dir = names(dir);
    processes_that(|process| names_dir(process) || is_zombie(process))
}

fn names(dir: &Path) -> impl Fn(&Path) -> bool {
    let dir = dir.to_str().unwrap();
    move |process| {
        std::fs::read_to_string(process.join("cmdline")).is_ok_and(|line| line.contains(dir))
    }
}

fn processes_that(are_meant: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter(|entry| are_meant(&entry.path()))
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// Kills a worker as an operator would.
pub fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
