//! Connecting another process's socket.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{SocketType, ipproto, sockopt};

use crate::egress::Transport;

/// How long a *blocking* connect of a child may take. The kernel's own limit is about two minutes (`tcp_syn_retries`).
const BLOCKING_CONNECT_LIMIT: Duration = Duration::from_secs(30);

const IPPROTO_MPTCP: u32 = libc::IPPROTO_MPTCP.cast_unsigned();

/// Only plain TCP and UDP: raw sockets, SCTP and the like carry traffic that no rule speaks of.
pub(crate) fn transport_of(socket: &OwnedFd) -> Result<Transport, Errno> {
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

/// Connects `socket`, which `child` shares, with the result that the child's own call would have had.
pub(crate) fn connect(
    socket: &OwnedFd,
    address: SocketAddr,
    transport: Transport,
    child: &OwnedFd,
) -> Result<(), Errno> {
    let flags = rustix::fs::fcntl_getfl(socket)?;
    if transport == Transport::Udp || flags.contains(OFlags::NONBLOCK) {
        return rustix::net::connect(socket, &address);
    }
    // The flag is shared with the child. Should it turn it off again, this thread waits as long as the kernel does.
    rustix::fs::fcntl_setfl(socket, flags | OFlags::NONBLOCK)?;
    let mut result = rustix::net::connect(socket, &address);
    if result == Err(Errno::INPROGRESS) {
        result = finish(socket, child);
    }
    rustix::fs::fcntl_setfl(socket, flags)?;
    result
}

fn finish(socket: &OwnedFd, child: &OwnedFd) -> Result<(), Errno> {
    let mut fds = [
        PollFd::new(socket, PollFlags::OUT),
        PollFd::new(child, PollFlags::IN),
    ];
    let limit = Timespec::try_from(BLOCKING_CONNECT_LIMIT).map_err(|_| Errno::INVAL)?;
    let ready = rustix::io::retry_on_intr(|| poll(&mut fds, Some(&limit)))?;
    if ready == 0 || !fds[1].revents().is_empty() {
        rustix::net::connect_unspec(socket)?;
        return Err(Errno::TIMEDOUT);
    }
    sockopt::socket_error(socket)?
}
