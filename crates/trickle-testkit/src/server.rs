//! A server in a private folder.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::account::Account;
use crate::ca::TestCa;
use crate::keeper::Keeper;
use crate::tcp::Refused;
use crate::template;
use crate::wait_for;

const START_LIMIT: Duration = Duration::from_mins(1);

/// What one kind of server needs told.
pub(crate) struct Recipe<'a> {
    /// Prefix of the private folder's name.
    pub name: &'a str,
    pub account: Account,
    /// Names the cached data folder: server version plus everything that `make` bakes in.
    pub template_key: String,
    pub make: &'a dyn Fn(&Path),
    /// Signal that ends the server at once, without leaving shared memory behind.
    pub stop_signal: &'a str,
    /// Program and arguments for a folder (data in `data/`, TLS files beside it) and a port.
    pub command: &'a dyn Fn(&Path, u16) -> Vec<String>,
    pub is_ready: &'a dyn Fn(&Path) -> bool,
}

/// What servers of all kinds have: address, certificates, log. Not all use the certificates.
#[derive(Debug)]
pub struct Server {
    keeper: Keeper,
    port: Refused,
    ca: TestCa,
}

impl Server {
    /// Panics with the server's log when it does not come up.
    pub(crate) fn start(recipe: &Recipe<'_>) -> Self {
        let template = template::cached(&recipe.template_key, recipe.make);
        // Not TMPDIR: the server's account must reach it, and a socket's path has 108 bytes at most (unix(7)).
        let folder = tempfile::Builder::new()
            .prefix(&format!("trickle-{}-", recipe.name))
            .tempdir_in("/tmp")
            .expect("create a folder under /tmp");
        template::copy(&template, &folder.path().join("data"));
        let ca = TestCa::new();
        ca.write_to(folder.path());
        recipe.account.give(folder.path());

        // Held as long as the server: nobody else is met there while it starts, or after it died.
        let port = Refused::start();
        let command = (recipe.command)(folder.path(), port.addr().port());
        let keeper = Keeper::start(folder.keep(), recipe.account, recipe.stop_signal, command);
        wait_for(START_LIMIT, || {
            !keeper.is_running() || (recipe.is_ready)(keeper.folder())
        });
        assert!(
            keeper.is_running(),
            "failed to start {}:\n{}",
            recipe.name,
            keeper.log()
        );
        Self { keeper, port, ca }
    }

    /// `127.0.0.1`; the certificate is also good for `localhost`.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port.addr().port()
    }

    /// The authority that signed the server's certificate.
    pub fn ca_pem(&self) -> &str {
        self.ca.ca_pem()
    }

    /// A file with [`ca_pem`](Self::ca_pem), there as long as the server.
    pub fn ca_file(&self) -> PathBuf {
        self.keeper.folder().join("ca.pem")
    }

    /// The server's process, for tests that watch it go.
    pub fn process_id(&self) -> u32 {
        self.keeper.server()
    }

    /// All that the server has logged.
    pub fn log(&self) -> String {
        self.keeper.log()
    }
}

/// A name for a database that nobody else on this server has.
pub(crate) fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("db{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Servers refuse data folders that others may read.
pub(crate) fn make_private(folder: &Path) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .expect("change the folder's mode");
}
