use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Once};

use libc::c_long;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::SendFlags;
use rustix::process::PidfdGetfdFlags;

use crate::connect;
use crate::egress::{ConnectAttempt, ConnectPolicy, Decision, EgressLog, Transport};
use crate::notify::{Listener, PendingCall};
use crate::sockaddr::{self, Destination};

/// Most of the time the thread sleeps in `poll`; the policy's name resolution is the deepest thing it calls.
const STACK_BYTES: usize = 512 * 1024;

/// The longest UDP payload, RFC 768.
const MAX_DATAGRAM: usize = 65_507;

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
            complain: Once::new(),
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
    /// Once, because the child decides how often it happens.
    complain: Once,
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
            let result = match c_long::from(call.number) {
                libc::SYS_connect => self.connect(&call).map(|()| 0),
                libc::SYS_bind => self.bind(&call).map(|()| 0),
                libc::SYS_sendto => self.send(&call),
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
    fn connect(&self, call: &PendingCall) -> Result<(), Errno> {
        let [socket, address, length, ..] = call.args;
        match self.read_address(call, address, length)? {
            Destination::Other => Err(Errno::ACCESS),
            Destination::Dissolve => rustix::net::connect_unspec(self.duplicate(socket)?),
            Destination::Internet(address) => {
                let socket = self.duplicate(socket)?;
                let transport = connect::transport_of(&socket)?;
                let decision = self.decide(address, transport);
                self.log
                    .record(ConnectAttempt { address, transport }, decision);
                match decision {
                    Decision::Refuse => Err(Errno::ACCESS),
                    Decision::Allow => connect::connect(&socket, address, transport, &self.child),
                }
            }
        }
    }

    /// `bind(socket, address, length)`, for resolvers that bind before they send. The kernel picks the port, whatever was asked
    /// for, so that nobody can be told beforehand where a child listens for datagrams.
    fn bind(&self, call: &PendingCall) -> Result<(), Errno> {
        let [socket, address, length, ..] = call.args;
        let Destination::Internet(mut address) = self.read_address(call, address, length)? else {
            return Err(Errno::ACCESS);
        };
        let socket = self.duplicate(socket)?;
        if !address.ip().is_unspecified() || connect::transport_of(&socket)? != Transport::Udp {
            return Err(Errno::ACCESS);
        }
        address.set_port(0);
        rustix::net::bind(&socket, &address)
    }

    /// `sendto(socket, data, size, flags, address, length)` with an address: a datagram to a peer that was never connected to.
    fn send(&self, call: &PendingCall) -> Result<i64, Errno> {
        let [socket, data, size, flags, address, length] = call.args;
        let Destination::Internet(address) = self.read_address(call, address, length)? else {
            return Err(Errno::ACCESS);
        };
        let socket = self.duplicate(socket)?;
        let transport = connect::transport_of(&socket)?;
        if transport != Transport::Udp {
            return Err(Errno::ACCESS);
        }
        if self.decide(address, transport) == Decision::Refuse {
            // Allowed datagrams are not recorded: they are many and would push everything else out.
            self.log
                .record(ConnectAttempt { address, transport }, Decision::Refuse);
            return Err(Errno::ACCESS);
        }
        let size = usize::try_from(size)
            .ok()
            .filter(|size| *size <= MAX_DATAGRAM);
        let data = self.read_memory(call, data, size.ok_or(Errno::MSGSIZE)?)?;
        let wait = SendFlags::from_bits_truncate(low_half(flags)) & SendFlags::DONTWAIT;
        let sent = rustix::net::sendto(&socket, &data, wait | SendFlags::NOSIGNAL, &address)?;
        i64::try_from(sent).map_err(|_| Errno::MSGSIZE)
    }

    fn decide(&self, address: SocketAddr, transport: Transport) -> Decision {
        self.policy.decide(&ConnectAttempt { address, transport })
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
        sockaddr::parse(&self.read_memory(call, pointer, length)?)
    }

    fn read_memory(
        &self,
        call: &PendingCall,
        pointer: u64,
        length: usize,
    ) -> Result<Vec<u8>, Errno> {
        let memory = File::open(format!("/proc/{}/mem", call.thread))
            .map_err(|error| self.no_access(&error))?;
        let mut bytes = vec![0; length];
        let read = memory.read_exact_at(&mut bytes, pointer);
        if !self.listener.is_waiting(call) {
            return Err(Errno::INTR);
        }
        read.map_err(|_| Errno::FAULT)?;
        Ok(bytes)
    }

    /// The child's socket, as a descriptor of ours.
    fn duplicate(&self, number: u64) -> Result<OwnedFd, Errno> {
        let number: RawFd = low_half(number).cast_signed();
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

/// The caller was killed or interrupted between two of our steps.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOENT | libc::EINTR | libc::EAGAIN)
    )
}
