use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::cgroup::Group;
use crate::namespaces::Namespaces;

/// A running confined process and the supervisor's ends of its descriptors. Take it apart freely.
#[derive(Debug)]
pub struct Child {
    /// The process itself; dropping it kills and reaps.
    pub process: Process,
    /// The other end of the child's descriptor 3. Non-blocking, as `tokio::net::UnixStream::from_std` wants it.
    pub control: UnixStream,
    /// What the child prints. For `tokio::net::unix::pipe::Receiver::from_owned_fd`; drain it with a cap.
    pub stdout: OwnedFd,
    /// What the child prints as errors.
    pub stderr: OwnedFd,
    /// What it does not share with its supervisor.
    pub namespaces: Namespaces,
    /// Its control group; to be dropped after the process.
    pub group: Group,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    /// It was killed by this signal.
    Signal(i32),
}

/// A child process, held by pidfd: its id is never confused with that of a later process.
///
/// Dropping a process that runs kills it and waits until it is gone, which can take some milliseconds for a large one: on an
/// async thread prefer `kill` followed by `wait`.
#[derive(Debug)]
pub struct Process {
    pid: Pid,
    pidfd: OwnedFd,
    exit: Mutex<Option<Exit>>,
}

impl Process {
    pub(crate) fn new(pid: Pid, pidfd: OwnedFd) -> Self {
        Self {
            pid,
            pidfd,
            exit: Mutex::new(None),
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// The process id, for logs and `/proc`.
    pub fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// The descriptor that stands for the process; readable once it has ended.
    pub fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Kills the process. Nothing happens if it has already ended.
    ///
    /// # Errors
    ///
    /// When the kernel refuses the signal, which it has no reason to for a child.
    pub fn kill(&self) -> io::Result<()> {
        match rustix::process::pidfd_send_signal(&self.pidfd, Signal::KILL) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Waits until the process has ended, reaps it and says how. May be asked again.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    ///
    /// # Errors
    ///
    /// When the runtime cannot watch the descriptor, or somebody else has reaped the process.
    pub async fn wait(&self) -> io::Result<Exit> {
        // SAFETY: an `OwnedFd` always names the same open descriptor and is closed only when the `AsyncFd` drops it.
        let ended = unsafe {
            AsyncFd::register_with_interest(self.pidfd.try_clone()?, Interest::READABLE)
        }?;
        loop {
            let mut ready = ended.readable().await?;
            if let Some(exit) = self.reap(WaitIdOptions::NOHANG)? {
                return Ok(exit);
            }
            ready.clear_ready();
        }
    }

    /// How the process ended, if it has.
    ///
    /// # Errors
    ///
    /// When somebody else has reaped the process.
    pub fn try_wait(&self) -> io::Result<Option<Exit>> {
        self.reap(WaitIdOptions::NOHANG)
    }

    fn reap(&self, options: WaitIdOptions) -> io::Result<Option<Exit>> {
        let mut exit = self.exit.lock().unwrap_or_else(PoisonError::into_inner);
        if exit.is_none() {
            let pidfd = WaitId::PidFd(self.pidfd.as_fd());
            let status = rustix::io::retry_on_intr(|| {
                rustix::process::waitid(pidfd.clone(), WaitIdOptions::EXITED | options)
            })?;
            *exit = status.map(|status| match status.exit_status() {
                Some(code) => Exit::Code(code),
                None => Exit::Signal(status.terminating_signal().unwrap_or_default()),
            });
        }
        Ok(*exit)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.exit.get_mut().is_ok_and(|exit| exit.is_some()) {
            return;
        }
        let reaped = self.kill().and_then(|()| self.reap(WaitIdOptions::empty()));
        if let Err(error) = reaped {
            tracing::error!(process.id = self.id(), %error, "failed to reap a confined process");
        }
    }
}
