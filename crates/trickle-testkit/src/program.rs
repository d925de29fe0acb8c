use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs to the end and gives stdout; panics with stderr when it fails.
pub(crate) fn run(command: &mut Command) -> String {
    run_with_input(command, "")
}

pub(crate) fn run_with_input(command: &mut Command, input: &str) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("failed to start {name}: {error}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let output = std::thread::scope(|scope| {
        // On its own thread: a program that writes much before it has read everything would block both sides.
        // A program that ends early closes its stdin, which its exit status tells better than the write error.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output()
    })
    .unwrap_or_else(|error| panic!("failed to wait for {name}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where this program is; installs the Debian `package` when it is missing.
pub fn installed(program: &str, package: &str) -> PathBuf {
    folder_of(&[program], package, &[]).join(program)
}

/// A folder that holds all of `programs`; installs the Debian `package` when there is none.
pub(crate) fn folder_of(programs: &[&str], package: &str, extra: &[PathBuf]) -> PathBuf {
    if let Some(folder) = look(programs, extra) {
        return folder;
    }
    install(package);
    look(programs, extra)
        .unwrap_or_else(|| panic!("{package} is installed, yet {programs:?} are not to be found"))
}

/// The newest `/usr/lib/<name>/<version>/bin` first.
pub(crate) fn versioned_folders(root: &str) -> Vec<PathBuf> {
    let version = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        name.parse::<u32>().ok()
    };
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort_by_key(|path| std::cmp::Reverse(version(path)));
    folders.iter().map(|path| path.join("bin")).collect()
}

fn look(programs: &[&str], extra: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    extra
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")])
        .find(|folder| programs.iter().all(|name| folder.join(name).is_file()))
}

pub(crate) fn install(package: &str) {
    let by_hand = format!("apt-get install --no-install-recommends {package}");
    let may = rustix::process::geteuid().is_root() && Path::new("/usr/bin/apt-get").exists();
    assert!(may, "{package} is needed by this test; as root: {by_hand}");

    // Tests are processes of their own: one installs, the others wait and find it done.
    let lock = File::create("/tmp/trickle-testkit-install.lock").expect("create the install lock");
    lock.lock().expect("wait for the install lock");
    run(Command::new("sh")
        .arg("-c")
        .arg(INSTALL)
        .arg("install")
        .arg(package));
}

/// Exit status 101 from `policy-rc.d` forbids maintainer scripts to start services (Debian Policy §9.3.3.1).
const INSTALL: &str = r#"
set -e
export DEBIAN_FRONTEND=noninteractive
dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' && exit 0
if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
fi
get() { apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$1"; }
get "$1" || { apt-get update && get "$1"; }
"#;
