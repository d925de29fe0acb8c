use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::PidfdGetfdFlags;

use crate::child::Process;
use crate::connect::Asking;
use crate::egress::{Budget, ConnectPolicy, Decision, Detour, EgressLog, Pace, Pins, Refusal};
use crate::notify::{Listener, PendingCall};
use crate::sockaddr::{self, Destination};

/// Most of the time the thread sleeps in `poll`.
const STACK_BYTES: usize = 256 * 1024;

/// What a look at all descriptors of the child costs, in calls that are refused at once.
const LOOK: u64 = 20;

/// What decides about the connections of one child, and remembers it.
#[derive(Debug, Clone)]
pub struct EgressState {
    /// What it was told of names.
    pub pins: Arc<Pins>,
    /// What it may still open.
    pub budget: Arc<Budget>,
    /// How fast, together with whom it belongs to.
    pub pace: Arc<Pace>,
    /// How many connections it may have open at the same time.
    pub at_once: u64,
    /// What became of its attempts.
    pub log: Arc<EgressLog>,
    /// Where its connections are led; nowhere else than they want on every server.
    pub detour: Option<Arc<dyn Detour>>,
}

impl EgressState {
    /// Nothing is granted and nothing known yet.
    pub fn new(at_once: u64) -> Self {
        Self {
            pins: Arc::default(),
            budget: Arc::default(),
            pace: Arc::default(),
            at_once,
            log: Arc::default(),
            detour: None,
        }
    }
}

/// Makes the connections of `child`, which `listener` came from, on a thread of its own that ends with the child.
///
/// A thread each, because old kernels may leave a thread stuck in a call that nobody waits for any more, and blocking sockets block:
/// whatever a child does here, it does to itself.
///
/// # Errors
///
/// When there can be no further descriptor or thread. The listener is closed then, and the child's connects fail.
pub fn broker_connects(
    listener: OwnedFd,
    child: &Process,
    policy: Arc<dyn ConnectPolicy>,
    state: EgressState,
) -> io::Result<()> {
    let service = Service {
        listener: Listener::new(listener),
        child: child.pidfd().try_clone_to_owned()?,
        child_id: child.id(),
        policy,
        state,
        made: HashSet::new(),
        complain: Once::new(),
    };
    std::thread::Builder::new()
        .name("jail-broker".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || service.run())?;
    Ok(())
}

struct Service {
    listener: Listener,
    child: OwnedFd,
    child_id: u32,
    policy: Arc<dyn ConnectPolicy>,
    state: EgressState,
    /// Inodes of the sockets that the child was given, and may have closed since.
    made: HashSet<u64>,
    /// Once, because the child decides how often it happens.
    complain: Once,
}

impl Service {
    fn run(mut self) {
        while self.call_pending() {
            let call = match self.listener.next_call() {
                Ok(call) => call,
                Err(error) if is_passing(&error) => continue,
                Err(error) => {
                    tracing::error!(%error, "failed to receive a connect; the child can make no more");
                    return;
                }
            };
            if !self.state.budget.may_call() {
                // Without a listener there is nobody to ask: from here on the kernel refuses, at no cost of ours.
                let refusal = Decision::Refuse(Refusal::TooMany);
                self.state.log.record(None, None, refusal);
                return;
            }
            let result = match i64::from(call.number) {
                libc::SYS_connect => self.connect(&call),
                _ => Err(Errno::NOSYS),
            };
            if let Err(error) = self.listener.answer(&call, result)
                && !is_passing(&error)
            {
                tracing::warn!(%error, "failed to answer a connect");
            }
        }
    }

    /// Waits for a call; false when the child has ended.
    fn call_pending(&self) -> bool {
        let mut fds = [
            PollFd::new(&self.listener, PollFlags::IN),
            PollFd::new(&self.child, PollFlags::IN),
        ];
        match rustix::io::retry_on_intr(|| poll(&mut fds, None)) {
            Ok(_) => fds[1].revents().is_empty() && fds[0].revents() == PollFlags::IN,
            Err(_) => false,
        }
    }

    /// `connect(socket, address, length)`.
    fn connect(&mut self, call: &PendingCall) -> Result<(), Errno> {
        let [number, address, length, ..] = call.args;
        let destination = self.read_address(call, address, length)?;
        let socket = self.duplicate(number)?;
        let address = match destination {
            Destination::Other => return Err(Errno::ACCESS),
            Destination::Dissolve => return rustix::net::connect_unspec(socket),
            Destination::Internet(address) => address,
        };
        let asking = Asking::of(&socket)?;
        drop(socket);
        let decision = self.decide(address);
        let name = self.state.pins.name_of(address.ip());
        self.state.log.record(name, Some(address), decision);
        if decision != Decision::Allow {
            return Err(Errno::ACCESS);
        }
        self.wait(self.state.pace.turn(Instant::now()))?;
        let address = match &self.state.detour {
            Some(detour) => detour.lead(address).map_err(|error| errno_of(&error))?,
            None => address,
        };
        let (socket, result) = asking.connect(address, &self.child)?;
        self.listener
            .replace(call, low_half(number), socket.as_fd())?;
        self.made.insert(rustix::fs::fstat(&socket)?.st_ino);
        result
    }

    /// The child waits as long, and nobody else.
    fn wait(&self, turn: Duration) -> Result<(), Errno> {
        if turn.is_zero() {
            return Ok(());
        }
        let limit = Timespec::try_from(turn).map_err(|_| Errno::INVAL)?;
        let mut child = [PollFd::new(&self.child, PollFlags::IN)];
        match rustix::io::retry_on_intr(|| poll(&mut child, Some(&limit)))? {
            0 => Ok(()),
            _ => Err(Errno::INTR),
        }
    }

    fn decide(&mut self, address: SocketAddr) -> Decision {
        let decision = self.policy.decide(address);
        if decision != Decision::Allow {
            return decision;
        }
        let at_once = self.state.at_once;
        let is_full = |made: &HashSet<u64>| made.len() as u64 >= at_once;
        if is_full(&self.made) {
            // The next call is told so when that was too much.
            self.state.budget.may_cost(LOOK);
            self.forget_closed();
        }
        if is_full(&self.made) {
            return Decision::Refuse(Refusal::TooManyAtOnce);
        }
        if self.state.budget.take() {
            Decision::Allow
        } else {
            Decision::Refuse(Refusal::TooMany)
        }
    }

    /// Leaves the sockets that the child still has. Where that cannot be seen all of them count.
    fn forget_closed(&mut self) {
        let Ok(entries) = std::fs::read_dir(format!("/proc/{}/fd", self.child_id)) else {
            return;
        };
        let inode = |target: PathBuf| {
            let inner = target
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?;
            inner.parse::<u64>().ok()
        };
        let open: HashSet<_> = entries
            .filter_map(|entry| inode(std::fs::read_link(entry.ok()?.path()).ok()?))
            .collect();
        self.made.retain(|inode| open.contains(inode));
    }

    /// Copies the address; only the copy counts from here on.
    fn read_address(
        &self,
        call: &PendingCall,
        pointer: u64,
        length: u64,
    ) -> Result<Destination, Errno> {
        let length = low_half(length) as usize;
        if length > sockaddr::MAX_LENGTH {
            return Err(Errno::INVAL);
        }
        let memory = File::open(format!("/proc/{}/mem", call.thread))
            .map_err(|error| self.no_access(&error))?;
        let mut bytes = vec![0; length];
        let read = memory.read_exact_at(&mut bytes, pointer);
        if !self.listener.is_waiting(call) {
            return Err(Errno::INTR);
        }
        read.map_err(|_| Errno::FAULT)?;
        sockaddr::parse(&bytes)
    }

    /// The child's socket, as a descriptor of ours.
    fn duplicate(&self, number: u64) -> Result<OwnedFd, Errno> {
        let number: RawFd = low_half(number).cast_signed();
        if number < 0 {
            return Err(Errno::BADF);
        }
        let flags = PidfdGetfdFlags::empty();
        rustix::process::pidfd_getfd(&self.child, number, flags).map_err(|errno| {
            if errno == Errno::BADF {
                return errno;
            }
            self.no_access(&errno)
        })
    }

    fn no_access(&self, error: &dyn std::fmt::Display) -> Errno {
        self.complain.call_once(|| {
            tracing::error!(%error, "failed to look into a child; does the supervisor have ptrace access to it?");
        });
        Errno::ACCESS
    }
}

/// What the kernel looks at when it takes an int.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the upper half is what is not wanted"
)]
fn low_half(argument: u64) -> u32 {
    argument as u32
}

fn errno_of(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::CONNREFUSED)
}

/// The caller was killed or interrupted between two of our steps.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOENT | libc::EINTR | libc::EAGAIN)
    )
}
