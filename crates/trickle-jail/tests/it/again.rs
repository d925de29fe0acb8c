//! All other tests once more: without namespaces, as an ordinary user, and both.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::subject::program;

/// Set where children shall have no namespaces.
pub const PLAIN: &str = "TRICKLE_JAIL_TEST_PLAIN";

/// Any id that is nobody's.
const ORDINARY: u32 = 23_571;

/// The test program and its subject, where everybody can run them.
struct Copies(PathBuf);

impl Copies {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        let copy = |from: &Path, folder: &str, name: &str| {
            let folder = dir.join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            for folder in [&dir, &folder] {
                let mode = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(folder, mode).unwrap();
            }
            std::fs::copy(from, folder.join(name)).unwrap();
        };
        copy(&std::env::current_exe().unwrap(), "deps", "it");
        copy(&program(), "examples", "jail_subject");
        Self(dir)
    }

    /// All tests but these.
    fn test(&self) -> Command {
        let mut command = Command::new(self.0.join("deps/it"));
        command.args(["--skip", "again::", "--test-threads", "1"]);
        command
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn check(mut command: Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(said.contains("test result: ok"), "{said}");
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[test]
fn without_namespaces() {
    let copies = Copies::new("plain");
    let mut command = copies.test();
    command.env(PLAIN, "1");
    check(command);
}

#[test]
fn as_an_ordinary_user() {
    if is_root() {
        let copies = Copies::new("ordinary");
        let mut command = copies.test();
        command.uid(ORDINARY).gid(ORDINARY);
        check(command);
    }
}

#[test]
fn as_an_ordinary_user_without_namespaces() {
    if is_root() {
        let copies = Copies::new("ordinary-plain");
        let mut command = copies.test();
        command.uid(ORDINARY).gid(ORDINARY).env(PLAIN, "1");
        check(command);
    }
}
