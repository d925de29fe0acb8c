use std::path::Path;
use std::process::Command;

/// The account a server runs under: database servers refuse to run as root.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    /// The tests run unprivileged; the server runs as the same user.
    Own,
    /// The tests run as root; the server steps down to this account.
    StepDown { uid: u32, gid: u32 },
}

impl Account {
    /// `preferred` where that account exists, else `nobody`.
    pub(crate) fn for_server(preferred: &str) -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Own;
        }
        let accounts = std::fs::read_to_string("/etc/passwd").expect("read /etc/passwd");
        let (uid, gid) = find(&accounts, preferred)
            .or_else(|| find(&accounts, "nobody"))
            .expect("an account `nobody` in /etc/passwd");
        Self::StepDown { uid, gid }
    }

    /// Arguments of util-linux `setpriv` that step down to this account.
    pub(crate) fn setpriv_arguments(self) -> Vec<String> {
        match self {
            Self::Own => Vec::new(),
            Self::StepDown { uid, gid } => vec![
                format!("--reuid={uid}"),
                format!("--regid={gid}"),
                "--clear-groups".to_owned(),
            ],
        }
    }

    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command
            .args(self.setpriv_arguments())
            .arg("--")
            .arg(program);
        command
    }

    pub(crate) fn give(self, folder: &Path) {
        if let Self::StepDown { uid, gid } = self {
            let mut chown = Command::new("chown");
            chown.arg("-R").arg(format!("{uid}:{gid}")).arg(folder);
            crate::program::run(&mut chown);
        }
    }
}

fn find(accounts: &str, name: &str) -> Option<(u32, u32)> {
    accounts.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        match fields[..] {
            [n, _, uid, gid, ..] if n == name => Some((uid.parse().ok()?, gid.parse().ok()?)),
            _ => None,
        }
    })
}
