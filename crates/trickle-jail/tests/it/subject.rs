use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::timeout;
use trickle_jail::{
    Broker, Child, Confinement, Egress, EgressLog, EgressPolicy, Exit, FileAccess, HandOver,
    Identity, Launch, Launcher, NameServers, receive_hand_over,
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

/// A locked-down child whose connects are brokered. Ends with the launcher.
pub struct Brokered {
    pub child: Child,
    pub files: FileAccess,
    pub identity: Identity,
    pub broker: Broker,
    pub launcher: Launcher,
}

pub async fn start(rules: &[&str], actions: &[&str]) -> Brokered {
    start_with("/nonexistent", rules, actions).await
}

/// As `start`; the child can read `readable`.
pub async fn start_with(readable: &str, rules: &[&str], actions: &[&str]) -> Brokered {
    let launcher = Launcher::start().unwrap();
    let args = [&["try", readable], actions].concat();
    let child = launcher.launch(launch(&args)).await.unwrap();
    let control = UnixStream::from_std(child.control.try_clone().unwrap()).unwrap();
    let hand_over = timeout(LIMIT, receive_hand_over(&control)).await.unwrap();
    let HandOver {
        egress: Egress::Brokered(listener),
        files,
        identity,
    } = hand_over.unwrap()
    else {
        panic!("this kernel has no seccomp user notification");
    };
    let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
    let policy = EgressPolicy::new(rules, NameServers::default());
    let broker = Broker::start(listener, child.process.pidfd(), Arc::new(policy)).unwrap();
    Brokered {
        child,
        files,
        identity,
        broker,
        launcher,
    }
}

/// Runs the actions to their end.
pub async fn run(rules: &[&str], actions: &[&str]) -> (Vec<String>, Exit, Arc<EgressLog>) {
    let started = start(rules, actions).await;
    let log = Arc::clone(started.broker.log());
    let (lines, exit) = finish(started.child).await;
    drop(started.launcher);
    (lines, exit, log)
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
