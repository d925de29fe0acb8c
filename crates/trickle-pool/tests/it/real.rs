//! The same pool with the worker that runs scripts.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use trickle_model::{Action, Binding, ExecutionReport, ExecutionRequest, Outcome};
use trickle_pool::{Pool, PoolConfig, PoolSnapshot, WorkerState};
use trickle_testkit::wait_for_async;

use crate::binding::{binding, request};
use crate::stage::{LIMIT, kill};

/// `TRICKLE_WORKER`, else the one that was built into the folder above the tests', else the one in its own workspace.
fn worker() -> PathBuf {
    if let Some(path) = std::env::var_os("TRICKLE_WORKER") {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    let built = test.parent().unwrap().parent().unwrap();
    let own = repository().join("worker/target/release");
    [built, &own]
        .map(|folder| folder.join("trickle-worker"))
        .into_iter()
        .find(|path| path.exists())
        .expect("these tests need trickle-worker: run `make build`")
}

fn repository() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    crates.parent().unwrap()
}

fn config() -> PoolConfig {
    let modules = repository().join("sandbox/node_modules");
    assert!(
        modules.exists(),
        "these tests need the packages: run `make build`"
    );
    PoolConfig {
        spares: 1,
        queue_wait: LIMIT,
        ..PoolConfig::new(worker(), modules)
    }
}

/// A connection whose `login` is that script.
pub fn scripted(login: &str) -> Binding {
    Binding {
        scripts: BTreeMap::from([(Action::Login, login.to_owned())]),
        ..binding("t", "c", 1)
    }
}

fn login(binding: &Arc<Binding>, password: &Value) -> ExecutionRequest {
    ExecutionRequest {
        action: Action::Login,
        ..request(binding, json!(["ann@example.org", password]))
    }
}

pub struct Real(Pool);

impl Real {
    pub async fn start(change: impl FnOnce(&mut PoolConfig)) -> Self {
        let mut config = config();
        change(&mut config);
        Self(Pool::start(config).await.unwrap())
    }

    pub async fn run(&self, binding: &Arc<Binding>, password: Value) -> ExecutionReport {
        let run = self.0.execute(login(binding, &password));
        tokio::time::timeout(LIMIT, run).await.expect("a report")
    }

    pub fn begin(&self, binding: &Arc<Binding>, password: &Value) -> JoinHandle<ExecutionReport> {
        let (pool, request) = (self.0.clone(), login(binding, password));
        tokio::spawn(async move { pool.execute(request).await })
    }

    pub async fn until(&self, holds: impl Fn(&PoolSnapshot) -> bool) {
        wait_for_async(LIMIT, async || holds(&self.0.snapshot().await)).await;
    }

    pub async fn finish(self) {
        let snapshot = self.0.snapshot().await;
        let pids: Vec<_> = snapshot.workers.iter().filter_map(|w| w.pid).collect();
        self.0.shutdown(LIMIT).await;
        for pid in pids {
            assert!(
                !Path::new(&format!("/proc/{pid}")).exists(),
                "{pid} is left"
            );
        }
    }
}

/// A script that does this for every password but `fine`.
pub fn bad(body: &str) -> Binding {
    scripted(&format!(
        "function login(email, password, callback) {{
            if (password === 'fine') return callback(null, {{ user_id: '1', email }});
            {body}
        }}"
    ))
}

/// Runs the script's bad side, expects the worker's end, then its good side in a new worker, however long a busy machine takes for that.
pub async fn check(binding: Binding, way: &str) -> ExecutionReport {
    let real = Real::start(|_| {}).await;
    let mut binding = Arc::new(binding);
    let report = real.run(&binding, json!("bad")).await;
    real.until(|pool| pool.ended.contains_key(way)).await;
    Arc::make_mut(&mut binding).limits.wall = LIMIT;
    let fine = real.run(&binding, json!("fine")).await;
    assert_eq!(fine.outcome.name(), "profile", "{:?}", fine.outcome);
    assert_ne!(fine.worker, report.worker);
    real.finish().await;
    report
}

#[tokio::test]
async fn a_profile_comes_back() {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(scripted(
        "function login(email, password, callback) {
            console.log('hello', email);
            callback(null, { user_id: password, email: email });
        }",
    ));
    let report = real.run(&binding, json!("p")).await;
    let Outcome::Profile(profile) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    let expected = json!({"user_id": "p", "email": "ann@example.org"});
    assert_eq!(*profile.as_value(), expected);
    assert_eq!(report.console[0].text, "hello ann@example.org");
    assert!(report.worker.is_some());
    real.finish().await;
}

#[tokio::test]
async fn the_scripts_error_comes_back() {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(scripted(
        "function login(email, password, callback) {
            if (password === 'wrong') return callback(new WrongUsernameOrPasswordError(email));
            if (password === 'silent') return;
            nothing.there();
        }",
    ));
    let outcome = async |password| real.run(&binding, json!(password)).await.outcome;
    assert_eq!(outcome("wrong").await.name(), "wrong_credentials");
    assert_eq!(outcome("silent").await, Outcome::DidNotAnswer);
    let Outcome::ScriptError(error) = outcome("throw").await else {
        panic!("it is a script error");
    };
    assert_eq!(
        (error.name.as_str(), error.line),
        ("ReferenceError", Some(4))
    );
    real.finish().await;
}

#[tokio::test]
async fn a_private_address() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let script = format!(
        "function login(email, password, callback) {{
            const socket = require('net').connect({}, '127.0.0.1');
            socket.on('error', callback);
            socket.on('connect', () => {{ socket.destroy(); callback(null, {{ user_id: '1', email }}); }});
        }}",
        address.port()
    );
    let real = Real::start(|_| {}).await;
    let closed = Arc::new(scripted(&script));
    let report = real.run(&closed, json!("p")).await;
    assert_eq!(report.outcome, Outcome::EgressDenied(address.to_string()));
    let open = Arc::new(Binding {
        revision: 2,
        allow_net: vec![address.to_string()],
        public_net: true,
        only_net: None,
        ..scripted(&script)
    });
    let report = real.run(&open, json!("p")).await;
    assert_eq!(report.outcome.name(), "profile", "{:?}", report.outcome);
    real.finish().await;
}

/// Runs a script that tries this and calls back with what it got, or throws.
pub async fn attempt(body: &str) -> Outcome {
    attempt_with(body, &[]).await
}

/// As `attempt`, where the operator opens `allow`.
async fn attempt_with(body: &str, allow: &[String]) -> Outcome {
    let real = Real::start(|_| {}).await;
    let mut binding = scripted(&format!(
        "function login(email, password, callback) {{
            const done = (error, got) => callback(error, {{ user_id: String(got), email }});
            {body}
        }}"
    ));
    binding.allow_net = allow.to_vec();
    let binding = Arc::new(binding);
    let outcome = real.run(&binding, json!("p")).await.outcome;
    real.finish().await;
    outcome
}

pub fn assert_refused(outcome: &Outcome, codes: &[&str]) {
    let Outcome::ScriptError(error) = outcome else {
        panic!("{outcome:?}");
    };
    let text = format!("{} {:?}", error.message, error.code);
    assert!(codes.iter().any(|code| text.contains(code)), "{error:?}");
}

#[tokio::test]
async fn files_of_the_machine_are_not_read() {
    let dir = tempfile::TempDir::new().unwrap();
    let open_to_all = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(dir.path(), open_to_all).unwrap();
    let key = dir.path().join("master.key");
    std::fs::write(&key, "canary").unwrap();
    for path in [Path::new("/etc/passwd"), &key] {
        let read = format!("done(null, require('fs').readFileSync({path:?}, 'utf8'));");
        assert_refused(&attempt(&read).await, &["ENOENT", "EACCES", "EPERM"]);
    }
}

#[tokio::test]
async fn files_are_not_written() {
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("new");
    let write = format!("require('fs').writeFileSync({path:?}, 'x'); done(null, 'written');");
    assert_refused(
        &attempt(&write).await,
        &["ERR_ACCESS_DENIED", "EACCES", "EPERM"],
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn ports_are_not_listened_on() {
    let listen = "const server = require('net').createServer();
        server.on('error', done);
        server.listen(0, () => done(null, server.address().port));";
    assert_refused(&attempt(listen).await, &["EACCES", "EPERM"]);
}

#[tokio::test]
async fn a_private_name_is_refused_and_one_with_a_rule_is_told() {
    let look_up = "require('dns').lookup('localhost', done);";
    let refused = Outcome::EgressDenied("localhost".to_owned());
    assert_eq!(attempt(look_up).await, refused);
    let outcome = attempt_with(look_up, &["localhost:1".to_owned()]).await;
    assert_eq!(outcome.name(), "profile", "{outcome:?}");
}

#[tokio::test]
async fn sockets_and_fetch_connect_by_name() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A socket that only connects says nothing.
            if !matches!(stream.read(&mut [0; 1024]), Ok(1..)) {
                continue;
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
        }
    });
    let allow = [format!("localhost:{port}")];
    for connect in [
        format!(
            "const socket = require('net').connect({port}, 'localhost', () => done(null, 1));
             socket.on('error', done);"
        ),
        format!(
            "fetch('http://localhost:{port}').then(r => r.text()).then(t => done(null, t), done);"
        ),
    ] {
        let outcome = attempt_with(&connect, &allow).await;
        assert_eq!(outcome.name(), "profile", "{outcome:?}");
        let Outcome::EgressDenied(target) = attempt(&connect).await else {
            panic!("nobody has opened it");
        };
        assert_eq!(target, "localhost");
    }
}

#[tokio::test]
async fn other_records_are_asked_for_and_failures_have_their_codes() {
    let ask = "const dns = require('dns').promises;
        const code = (promise) => promise.then(() => 'found', (error) => error.code);
        Promise.all([
            code(dns.resolveSrv('_mongodb._tcp.no-such-host.invalid')),
            code(dns.resolvePtr('example.com')),
            code(dns.resolveTxt('a b')),
        ]).then((codes) => done(new Error(codes.join())), done);";
    let Outcome::ScriptError(error) = attempt(ask).await else {
        panic!("it tells the codes");
    };
    // Whether there is a name server depends on the machine.
    let known = ["ENOTFOUND", "ENODATA", "ETIMEOUT"];
    let expected = known.map(|code| format!("{code},ENOTIMP,EBADNAME"));
    assert!(expected.contains(&error.message), "{error:?}");
}

/// Everything that this repository's tests can count on: Linux 5.13, and a folder of packages that everybody can read.
#[tokio::test]
async fn every_barrier_is_up() {
    let real = Real::start(|_| {}).await;
    let barriers = real.0.snapshot().await.barriers.unwrap();
    assert_eq!(barriers.missing(), []);
    real.finish().await;
}

#[tokio::test]
async fn killed_from_outside() {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(bad("setTimeout(callback, 1e6);"));
    let lost = [(); 3].map(|()| real.begin(&binding, &json!("bad")));
    real.until(|pool| pool.in_flight() == 3).await;
    let snapshot = real.0.snapshot().await;
    let victim = snapshot.workers.iter().find(|worker| worker.in_flight == 3);
    kill(victim.unwrap().pid.unwrap());
    for run in lost {
        let outcome = run.await.unwrap().outcome;
        assert_eq!(outcome, Outcome::Crashed("signal 9, SIGKILL".into()));
    }
    let fine = real.run(&binding, json!("fine")).await;
    assert_eq!(fine.outcome.name(), "profile");
    real.finish().await;
}

#[tokio::test]
async fn a_thousand_runs_interleave_and_none_gets_anothers_answer() {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(scripted(
        "function login(email, password, callback) {
            const answer = () => callback(null, { user_id: password, email });
            if (password % 3 === 0) answer();
            else if (password % 3 === 1) setTimeout(answer, password % 17);
            else Promise.resolve().then(answer);
        }",
    ));
    let runs: Vec<_> = (0..1000).map(|n| real.begin(&binding, &json!(n))).collect();
    for (n, run) in runs.into_iter().enumerate() {
        let Outcome::Profile(profile) = run.await.unwrap().outcome else {
            panic!("{n} has no profile");
        };
        assert_eq!(profile.as_value()["user_id"], json!(n));
    }
    let snapshot = real.0.snapshot().await;
    assert!(snapshot.count(WorkerState::Bound) <= 4, "{snapshot:?}");
    assert!(snapshot.ended.is_empty(), "{snapshot:?}");
    real.finish().await;
}

#[tokio::test]
async fn globals_last_as_long_as_the_revision() {
    let real = Real::start(|_| {}).await;
    let script = "function login(email, password, callback) {
        global.count = (global.count || 0) + 1;
        callback(null, { user_id: String(global.count), email });
    }";
    let first = Arc::new(scripted(script));
    let second = Arc::new(Binding {
        revision: 2,
        ..scripted(script)
    });
    let mut counts = Vec::new();
    for binding in [&first, &first, &second, &second] {
        let Outcome::Profile(profile) = real.run(binding, json!("p")).await.outcome else {
            panic!("no profile");
        };
        counts.push(profile.as_value()["user_id"].clone());
    }
    assert_eq!(counts, ["1", "2", "1", "2"]);
    real.until(|pool| pool.ended.contains_key("retired")).await;
    real.finish().await;
}

#[tokio::test]
async fn an_idle_worker_ends_and_the_next_run_finds_another() {
    let real = Real::start(|config| config.idle = Duration::from_millis(300)).await;
    let binding = Arc::new(bad(""));
    let before = real.run(&binding, json!("fine")).await;
    real.until(|pool| pool.ended.contains_key("idle")).await;
    let after = real.run(&binding, json!("fine")).await;
    assert_eq!(after.outcome.name(), "profile");
    assert_ne!(before.worker, after.worker);
    real.finish().await;
}

#[tokio::test]
async fn an_overflow_is_busy_and_dropped_callers_leave_room() {
    let real = Real::start(|config| {
        config.workers_per_connection = 1;
        config.runs_per_worker = 1;
        config.queue_per_connection = 1;
    })
    .await;
    let mut binding = bad("setTimeout(callback, 1e6);");
    binding.limits.wall = Duration::from_secs(3);
    let binding = Arc::new(binding);
    let begun = real.begin(&binding, &json!("bad"));
    real.until(|pool| pool.in_flight() == 1).await;
    let waiting = real.begin(&binding, &json!("fine"));
    real.until(|pool| pool.queued == 1).await;
    assert_eq!(
        real.run(&binding, json!("fine")).await.outcome,
        Outcome::Busy
    );
    begun.abort();
    assert!(begun.await.unwrap_err().is_cancelled());
    // The run goes on without its caller, and is ended by its limit.
    assert_eq!(waiting.await.unwrap().outcome.name(), "profile");
    let ended = real.0.snapshot().await.ended;
    assert_eq!(ended.get("wall_limit"), Some(&1));
    real.finish().await;
}
