//! The supervisor under attack is a process of its own, watched by the test that started it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use trickle_testkit::installed;
use trickle_tests::{REPOSITORY, repository};

use crate::stage::Subject;

const SECRET: &str = "TRICKLE_TEST_SECRET";

/// One at a time, where tests are threads of one process: the children of all are the same process's.
static TURN: Mutex<()> = Mutex::new(());

/// Any id that is nobody's.
const ORDINARY: u32 = 23_572;

/// Who the supervisor under attack is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Whoever runs the tests.
    Own,
    /// Not root.
    Ordinary,
    /// Whoever runs the tests, in a network with nothing but loopback, where loopback is the machine's name server.
    OwnNetwork,
}

/// What the supervisor's process has that no script may see.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The value of a variable of its environment.
    pub secret: String,
}

/// 32 random digits.
pub fn random() -> String {
    let bytes = std::fs::read("/proc/sys/kernel/random/uuid").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Runs the test `name` once more, as a process with a secret in its environment, which does `work`. Of that process nothing may be
/// left, not even what has run away from its parents: orphans come to this one.
pub fn watch(name: &str, user: User, work: impl AsyncFnOnce(Environment)) {
    if let Ok(secret) = std::env::var(SECRET) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(work(Environment { secret }));
        return;
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let own = rustix::process::getpid();
    rustix::process::set_child_subreaper(Some(own)).unwrap();
    let changes = user == User::Ordinary && rustix::process::getuid().is_root();
    let copy = changes.then(Copy::make);
    let mut command = match &copy {
        Some(copy) => copy.command(),
        None if user == User::OwnNetwork => in_own_network(),
        None => Command::new(std::env::current_exe().unwrap()),
    };
    command
        .args(["--exact", name, "--include-ignored", "--nocapture"])
        .env(SECRET, random());
    let status = command.status().unwrap();
    assert!(status.success(), "the supervisor ended with {status}");
    assert_eq!(children(), [""; 0], "processes are left behind");
}

/// This program once more, where `/etc/resolv.conf` names loopback alone.
fn in_own_network() -> Command {
    const SET_UP: &str = r#"
"$0" link set lo up
file=$(mktemp)
echo nameserver 127.0.0.1 >"$file"
mount --bind "$file" /etc/resolv.conf
rm "$file"
exec "$@"
"#;
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount"]);
    if !rustix::process::getuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command
        .args(["sh", "-ec", SET_UP])
        .arg(installed("ip", "iproute2"))
        .arg(std::env::current_exe().unwrap());
    command
}

/// All that these tests need, where everybody can reach it: root's folders may be closed to others.
struct Copy(TempDir);

impl Copy {
    fn make() -> Self {
        let everybody = Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new()
            .permissions(everybody)
            .tempdir()
            .unwrap();
        let copy = Self(folder);
        for path in ["sandbox/node_modules", "tests/specs/jail"] {
            copy.put(&repository().join(path), path);
        }
        copy.put(&std::env::current_exe().unwrap(), "tests/jail");
        copy.put(&Subject::Shipped.program(), "worker");
        copy.put(&Subject::RawCalls.program(), "worker-raw");
        copy
    }

    fn put(&self, original: &Path, to: &str) {
        let to = self.0.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        let done = Command::new("cp").arg("-r").args([original, &to]).status();
        assert!(
            done.unwrap().success(),
            "{} is not copied",
            original.display()
        );
    }

    /// This program once more, as a user that is not root.
    fn command(&self) -> Command {
        let root = self.0.path();
        let mut command = Command::new(root.join("tests/jail"));
        command
            .uid(ORDINARY)
            .gid(ORDINARY)
            .current_dir(root)
            .env(REPOSITORY, root)
            .env("TRICKLE_WORKER", root.join("worker"))
            .env("TRICKLE_WORKER_RAW", root.join("worker-raw"));
        command
    }
}

/// Every process whose parent this one is, as name and state.
fn children() -> Vec<String> {
    let own = std::process::id().to_string();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = entries.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats
        .filter(|stat| {
            let (_, fields) = stat.rsplit_once(')').unwrap();
            fields.split_whitespace().nth(1) == Some(own.as_str())
        })
        .collect()
}
