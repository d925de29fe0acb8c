use std::io;
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::cgroup::{Controllers, Groups};
use crate::child::Child;
use crate::confinement::Launch;
use crate::namespaces::{self, Namespaces};
use crate::spawn::{LaunchError, spawn};

/// Starts confined processes from one thread that lives as long as it does.
///
/// `PR_SET_PDEATHSIG` fires when the *thread* that made a child ends, not when its process does. Started from a pool thread
/// of tokio, children would die whenever that thread goes idle. The other side of it: **dropping the launcher kills every child
/// it has started**, as does any death of the supervisor.
#[derive(Debug)]
pub struct Launcher {
    requests: mpsc::Sender<Request>,
    namespaces: Namespaces,
    controllers: Controllers,
}

struct Request {
    launch: Launch,
    reply: oneshot::Sender<Result<Child, LaunchError>>,
}

impl Launcher {
    /// Starts the thread, and finds out which of the `wanted` namespaces this machine gives to children.
    ///
    /// # Errors
    ///
    /// When there can be no further thread.
    pub fn start(wanted: Namespaces) -> io::Result<Self> {
        let (requests, queue) = mpsc::channel::<Request>();
        let namespaces = namespaces::obtainable(wanted);
        let groups = Groups::find();
        let controllers = groups.controllers();
        std::thread::Builder::new()
            .name("jail-launcher".to_owned())
            .spawn(move || {
                block_signals();
                for Request { launch, reply } in queue {
                    // A caller that has gone away hands the child back; dropping it ends it.
                    drop(reply.send(spawn(&launch, namespaces, &groups)));
                }
            })?;
        Ok(Self {
            requests,
            namespaces,
            controllers,
        })
    }

    /// The namespaces that children get.
    pub const fn namespaces(&self) -> Namespaces {
        self.namespaces
    }

    /// The control groups that hold children.
    pub const fn controllers(&self) -> Controllers {
        self.controllers
    }

    /// Starts a process; returns once it runs the program.
    ///
    /// # Cancel safety
    ///
    /// When dropped early, a process that starts nevertheless is killed and reaped.
    ///
    /// # Errors
    ///
    /// See [`LaunchError`].
    pub async fn launch(&self, launch: Launch) -> Result<Child, LaunchError> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(Request { launch, reply })
            .map_err(|_| LaunchError::LauncherGone)?;
        answer.await.map_err(|_| LaunchError::LauncherGone)?
    }
}

/// A child must not run the supervisor's signal handlers in the moment before its exec: they write to pipes it still shares.
fn block_signals() {
    // SAFETY: the set is initialised by sigfillset; the mask of this thread only is changed.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}
