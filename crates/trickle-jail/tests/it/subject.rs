use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::timeout;
use trickle_jail::{
    Child, Confinement, Egress, EgressLog, EgressPolicy, EgressRules, EgressState, Exit,
    FileAccess, FileView, HandOver, Identity, Launch, Launcher, Namespaces, broker_connects,
    receive_hand_over,
};

pub const LIMIT: Duration = Duration::from_secs(30);

/// The example that cargo builds beside the tests.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().unwrap().parent().unwrap();
    let program = target.join("examples/jail_subject");
    assert!(program.exists(), "build it: cargo build --examples");
    program
}

pub fn launch(args: &[&str]) -> Launch {
    args.iter()
        .copied()
        .fold(Launch::new(program()), Launch::arg)
}

pub fn confined(confinement: Confinement, args: &[&str]) -> Launch {
    Launch {
        confinement,
        ..launch(args)
    }
}

/// What a child printed, and how it ended.
pub async fn finish(child: Child) -> (Vec<String>, Exit) {
    let printed = read_all(child.stdout.into());
    let complaints = read_all(child.stderr.into());
    let exit = timeout(LIMIT, child.process.wait()).await.unwrap().unwrap();
    eprint!("{}", complaints.await.unwrap());
    let lines = printed.await.unwrap();
    (lines.lines().map(str::to_owned).collect(), exit)
}

fn read_all(mut from: std::fs::File) -> tokio::task::JoinHandle<String> {
    tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}

/// The namespaces that children get: those that the machine gives, or none, see `again.rs`.
pub fn wanted() -> Namespaces {
    match std::env::var_os(crate::again::PLAIN) {
        Some(_) => Namespaces::none(),
        None => Namespaces::all(),
    }
}

pub fn launcher() -> Launcher {
    Launcher::start(wanted()).unwrap()
}

/// A locked-down child whose connects are brokered. Ends with the launcher.
pub struct Brokered {
    pub child: Child,
    pub files: FileAccess,
    pub identity: Identity,
    pub view: FileView,
    pub egress: EgressState,
    pub launcher: Launcher,
}

pub async fn start(rules: &[&str], actions: &[&str]) -> Brokered {
    start_with("/nonexistent", rules, actions, 1000).await
}

/// As `start`; the child can read `readable` and have so many connections at once.
pub async fn start_with(
    readable: &str,
    rules: &[&str],
    actions: &[&str],
    at_once: u64,
) -> Brokered {
    let launcher = launcher();
    let args = [&["try", readable], actions].concat();
    let child = launcher.launch(launch(&args)).await.unwrap();
    let control = UnixStream::from_std(child.control.try_clone().unwrap()).unwrap();
    let hand_over = timeout(LIMIT, receive_hand_over(&control)).await.unwrap();
    let HandOver {
        egress: Egress::Brokered(listener),
        files,
        identity,
        view,
    } = hand_over.unwrap()
    else {
        panic!("this kernel has no seccomp user notification");
    };
    let rules = EgressRules {
        allow: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        ..EgressRules::default()
    };
    let egress = EgressState::new(at_once);
    egress.budget.grant(1000, true);
    let policy = Arc::new(EgressPolicy::new(rules, Arc::clone(&egress.pins)));
    broker_connects(listener, &child.process, policy, egress.clone()).unwrap();
    Brokered {
        child,
        files,
        identity,
        view,
        egress,
        launcher,
    }
}

/// Runs the actions to their end.
pub async fn run(rules: &[&str], actions: &[&str]) -> (Vec<String>, Exit, Arc<EgressLog>) {
    let started = start(rules, actions).await;
    let log = Arc::clone(&started.egress.log);
    let (lines, exit) = finish(started.child).await;
    drop(started.launcher);
    (lines, exit, log)
}

/// The control groups of a process.
pub fn read_group(process_id: u32) -> String {
    std::fs::read_to_string(format!("/proc/{process_id}/cgroup")).unwrap()
}

/// Waits until `condition` holds.
pub async fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let poll = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    assert!(timeout(LIMIT, poll).await.is_ok(), "never: {what}");
}

pub fn exists(process_id: u32) -> bool {
    PathBuf::from(format!("/proc/{process_id}")).exists()
}
