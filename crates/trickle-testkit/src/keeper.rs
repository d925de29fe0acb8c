//! A server never outlives the test that started it.
//!
//! The server is the child of a shell, the *keeper*, that reads from a pipe whose other end this process holds.
//! Dropping the [`Keeper`] or any end of this process (panic, abort, SIGKILL) closes the pipe; the keeper then kills the
//! server, waits for it and removes the folder. Should the keeper itself be killed, the kernel signals the server
//! (`setpriv --pdeathsig`). That signal alone would not do: it is bound to the *thread* that forked, and test threads end early.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::account::Account;

const SCRIPT: &str = r#"
folder=$1; signal=$2; shift 2
"$@" </dev/null >"$folder/server.log" 2>&1 &
server=$!
echo "$server"
exec >&-
read -r _
kill -s "$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

#[derive(Debug)]
pub(crate) struct Keeper {
    shell: Child,
    server: u32,
    folder: PathBuf,
}

impl Keeper {
    /// Starts `server` (program and arguments); from here on `folder` belongs to the keeper.
    pub(crate) fn start(
        folder: PathBuf,
        account: Account,
        signal: &str,
        server: Vec<String>,
    ) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "keeper"])
            .arg(&folder)
            .arg(signal)
            .arg("setpriv")
            .arg(format!("--pdeathsig={signal}"))
            .args(account.setpriv_arguments())
            .arg("--")
            .args(server)
            .current_dir("/")
            // Out of reach of the signals that a terminal or a test runner sends to the whole group.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("start the keeper");
        let mut line = String::new();
        let stdout = shell.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("read the server's process id");
        let server = line
            .trim()
            .parse()
            .expect("the keeper tells the server's process id");
        Self {
            shell,
            server,
            folder,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Process id of the server itself.
    pub(crate) fn server(&self) -> u32 {
        self.server
    }

    pub(crate) fn is_running(&self) -> bool {
        is_running(self.server)
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read(self.folder.join("server.log"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A process that ended but was not waited for counts as ended.
pub(crate) fn is_running(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        // The name before the state may itself hold spaces and brackets: proc(5).
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    })
}
