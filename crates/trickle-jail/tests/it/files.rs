use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use trickle_jail::{Exit, FileAccess, FileView, Identity, Namespaces};

use crate::subject::{finish, start_with, wanted};

/// A folder that everybody can read, with a file in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, mode: u32) -> Self {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::write(path.join("file"), "canary").unwrap();
        let mode = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(path.join("file"), mode).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn with_file(names: &[&str], folder: &str) -> Vec<String> {
    let action = |name: &&str| format!("{name}={folder}/file");
    names.iter().map(action).collect()
}

/// What it could see, where this machine let it have a view of its own.
fn view() -> FileView {
    let has_user = wanted() != Namespaces::none();
    if has_user || rustix::process::getuid().is_root() {
        FileView::Granted
    } else {
        FileView::Machine
    }
}

async fn try_in(readable: &str, actions: &[String]) -> (Vec<String>, FileAccess, Identity) {
    let actions: Vec<_> = actions.iter().map(String::as_str).collect();
    let started = start_with(readable, &[], &actions, 1).await;
    assert_eq!(started.view, view());
    let (lines, exit) = finish(started.child).await;
    assert_eq!(exit, Exit::Code(0));
    (lines, started.files, started.identity)
}

#[tokio::test]
async fn what_was_granted_is_read() {
    let granted = Folder::new("granted", 0o755);
    let actions = [
        format!("read={}/file", granted.path()),
        format!("list={}", granted.path()),
    ];
    let (lines, files, _) = try_in(granted.path(), &actions).await;
    assert_eq!(lines, ["read canary", "list 1"]);
    assert_eq!(files, FileAccess::Enforced, "this kernel has no Landlock");
}

#[tokio::test]
async fn nothing_else_is_read() {
    let granted = Folder::new("nothing-else", 0o755);
    let beside = Folder::new("beside", 0o755);
    let mut actions = with_file(&["read"], beside.path());
    actions.extend(
        [
            "read=/etc/passwd",
            "read=/proc/self/environ",
            "read=/proc/1/status",
            "list=/",
            "list=/proc",
            "read=/dev/null",
        ]
        .map(str::to_owned),
    );
    actions.push(format!("list={}/..", granted.path()));
    let (lines, ..) = try_in(granted.path(), &actions).await;
    for line in &lines {
        // The root is listed, and holds the way to what was granted.
        let expected = match view() {
            FileView::Granted => [" ENOENT", "list 1"],
            FileView::Machine => [" EACCES", " EACCES"],
        };
        let refused = expected.iter().any(|end| line.ends_with(end)) || line.ends_with(" EACCES");
        assert!(refused, "{line}");
    }
    assert_eq!(lines.len(), actions.len());
}

#[tokio::test]
async fn nothing_else_is_seen() {
    if view() == FileView::Machine {
        return;
    }
    let granted = Folder::new("seen", 0o755);
    let beside = Folder::new("unseen", 0o755);
    let mut actions = vec![format!("see={}/file", granted.path())];
    actions.extend(
        [
            "/etc/passwd",
            "/proc/1",
            "/dev/null",
            "/tmp/..",
            beside.path(),
        ]
        .map(|path| format!("see={path}")),
    );
    let (lines, ..) = try_in(granted.path(), &actions).await;
    let (first, rest) = lines.split_first().unwrap();
    assert_eq!(first, "see 6");
    // `/tmp/..` is the root, and empty but for the way to the folder.
    let seen: Vec<_> = rest.iter().filter(|line| *line != "see ENOENT").collect();
    assert_eq!(seen.len(), 1, "{rest:?}");
}

#[tokio::test]
async fn nothing_is_written() {
    let granted = Folder::new("read-only", 0o777);
    let names = ["write", "append", "remove", "rename", "link", "change-mode"];
    let mut actions = with_file(&names, granted.path());
    actions.push(format!("write={}/new", granted.path()));
    actions.push(format!("make-folder={}/new", granted.path()));
    let (lines, ..) = try_in(granted.path(), &actions).await;
    for line in &lines {
        assert!(line.ends_with(" EPERM"), "{line}");
    }
    assert_eq!(lines.len(), actions.len());
    let file = Path::new(granted.path()).join("file");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "canary");
}

#[tokio::test]
async fn root_becomes_nobody() {
    let granted = Folder::new("nobody", 0o755);
    let (lines, _, identity) = try_in(granted.path(), &["identity".to_owned()]).await;
    if rustix::process::getuid().is_root() {
        assert_eq!(lines, ["identity 65534 65534"]);
        assert_eq!(identity, Identity::Nobody);
    } else {
        assert_eq!(identity, Identity::Supervisor);
    }
}

#[tokio::test]
async fn root_stays_where_nobody_could_not_read() {
    let granted = Folder::new("private", 0o700);
    let read = with_file(&["read"], granted.path());
    let (lines, files, identity) = try_in(granted.path(), &read).await;
    assert_eq!(lines, ["read canary"]);
    assert_eq!(files, FileAccess::Enforced);
    if rustix::process::getuid().is_root() {
        assert_eq!(identity, Identity::Root);
    }
}
