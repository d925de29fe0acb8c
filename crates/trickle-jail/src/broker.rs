use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{SocketType, ipproto, sockopt};
use rustix::process::PidfdGetfdFlags;

use crate::egress::{ConnectAttempt, ConnectPolicy, Decision, EgressLog, Transport};
use crate::notify::{Listener, PendingCall};
use crate::sockaddr::{self, Destination};

/// How long a *blocking* connect of a child may take. The kernel's own limit is about two minutes (`tcp_syn_retries`).
const BLOCKING_CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// Most of the time the thread sleeps in `poll`; the policy's name resolution is the deepest thing it calls.
const STACK_BYTES: usize = 256 * 1024;

const IPPROTO_MPTCP: u32 = libc::IPPROTO_MPTCP.cast_unsigned();

/// Makes the connections of one child, on a thread of its own that ends with the child.
///
/// A thread each, because policies resolve names, old kernels may leave a thread stuck in a call that nobody waits for any more,
/// and blocking sockets block: whatever a child does here, it does to itself.
#[derive(Debug, Clone)]
pub struct Broker {
    log: Arc<EgressLog>,
}

impl Broker {
    /// Serves the connects of `child`, which `listener` came from.
    ///
    /// # Errors
    ///
    /// When there can be no further descriptor or thread. The listener is closed then, and the child's connects fail.
    pub fn start(
        listener: OwnedFd,
        child: BorrowedFd<'_>,
        policy: Arc<dyn ConnectPolicy>,
    ) -> io::Result<Self> {
        let log = Arc::new(EgressLog::default());
        let service = Service {
            listener: Listener::new(listener),
            child: child.try_clone_to_owned()?,
            policy,
            log: Arc::clone(&log),
        };
        std::thread::Builder::new()
            .name("jail-broker".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || service.run())?;
        Ok(Self { log })
    }

    /// The latest decisions.
    pub fn log(&self) -> &Arc<EgressLog> {
        &self.log
    }
}

struct Service {
    listener: Listener,
    child: OwnedFd,
    policy: Arc<dyn ConnectPolicy>,
    log: Arc<EgressLog>,
}

impl Service {
    fn run(self) {
        while self.call_pending() {
            let call = match self.listener.next_call() {
                Ok(call) => call,
                Err(error) if is_passing(&error) => continue,
                Err(error) => {
                    tracing::error!(%error, "failed to receive a connect; the child can make no more");
                    return;
                }
            };
            let result = self.carry_out(&call);
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

    /// Does for the child what it asked for; `Err` becomes its errno.
    fn carry_out(&self, call: &PendingCall) -> Result<(), Errno> {
        let address = self.read_address(call)?;
        // From here on only the copy counts.
        let destination = sockaddr::parse(&address)?;
        if destination == Destination::Other {
            return Err(Errno::ACCESS);
        }
        let socket = self.duplicate_socket(call)?;
        match destination {
            Destination::Other => Err(Errno::ACCESS),
            Destination::Dissolve => rustix::net::connect_unspec(&socket),
            Destination::Internet(address) => {
                let transport = transport_of(&socket)?;
                let attempt = ConnectAttempt { address, transport };
                let decision = self.policy.decide(&attempt);
                self.log.record(attempt, decision);
                match decision {
                    Decision::Refuse => Err(Errno::ACCESS),
                    Decision::Allow => self.connect(&socket, &attempt),
                }
            }
        }
    }

    fn read_address(&self, call: &PendingCall) -> Result<Vec<u8>, Errno> {
        let [_, pointer, length, ..] = call.args;
        // The kernel looks at the length as an int.
        let length = usize::try_from(length & 0xffff_ffff).map_err(|_| Errno::INVAL)?;
        if length > sockaddr::MAX_LENGTH {
            return Err(Errno::INVAL);
        }
        let memory = File::open(format!("/proc/{}/mem", call.thread)).map_err(|error| {
            tracing::error!(%error, "failed to open a child's memory; the supervisor lacks ptrace access");
            Errno::ACCESS
        })?;
        let mut address = vec![0; length];
        let read = memory.read_exact_at(&mut address, pointer);
        if !self.listener.is_waiting(call) {
            return Err(Errno::INTR);
        }
        read.map_err(|_| Errno::FAULT)?;
        Ok(address)
    }

    fn duplicate_socket(&self, call: &PendingCall) -> Result<OwnedFd, Errno> {
        // Truncation is what the kernel does: descriptors are ints.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let number = call.args[0] as RawFd;
        rustix::process::pidfd_getfd(&self.child, number, PidfdGetfdFlags::empty()).map_err(
            |errno| {
                if errno != Errno::BADF {
                    tracing::error!(error = %errno, "failed to duplicate a child's socket");
                    return Errno::ACCESS;
                }
                errno
            },
        )
    }

    fn connect(&self, socket: &OwnedFd, attempt: &ConnectAttempt) -> Result<(), Errno> {
        let flags = rustix::fs::fcntl_getfl(socket)?;
        if attempt.transport == Transport::Udp || flags.contains(OFlags::NONBLOCK) {
            return rustix::net::connect(socket, &attempt.address);
        }
        // The flag is shared with the child. Should it turn it off again, this thread waits as long as the kernel does.
        rustix::fs::fcntl_setfl(socket, flags | OFlags::NONBLOCK)?;
        let mut result = rustix::net::connect(socket, &attempt.address);
        if result == Err(Errno::INPROGRESS) {
            result = self.finish_connect(socket);
        }
        rustix::fs::fcntl_setfl(socket, flags)?;
        result
    }

    fn finish_connect(&self, socket: &OwnedFd) -> Result<(), Errno> {
        let mut fds = [
            PollFd::new(socket, PollFlags::OUT),
            PollFd::new(&self.child, PollFlags::IN),
        ];
        let limit = Timespec::try_from(BLOCKING_CONNECT_LIMIT).map_err(|_| Errno::INVAL)?;
        let ready = rustix::io::retry_on_intr(|| poll(&mut fds, Some(&limit)))?;
        if ready == 0 || !fds[1].revents().is_empty() {
            rustix::net::connect_unspec(socket)?;
            return Err(Errno::TIMEDOUT);
        }
        sockopt::socket_error(socket.as_fd())?
    }
}

/// Only plain TCP and UDP: raw sockets, SCTP and the like carry traffic that no rule speaks of.
fn transport_of(socket: &OwnedFd) -> Result<Transport, Errno> {
    let kind = sockopt::socket_type(socket).map_err(|_| Errno::NOTSOCK)?;
    let protocol = sockopt::socket_protocol(socket)?;
    match (kind, protocol) {
        (SocketType::STREAM, Some(ipproto::TCP)) => Ok(Transport::Tcp),
        (SocketType::STREAM, Some(other)) if other.as_raw().get() == IPPROTO_MPTCP => {
            Ok(Transport::Tcp)
        }
        (SocketType::DGRAM, Some(ipproto::UDP)) => Ok(Transport::Udp),
        _ => Err(Errno::ACCESS),
    }
}

/// The caller was killed or interrupted between two of our steps.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOENT | libc::EINTR | libc::EAGAIN)
    )
}
