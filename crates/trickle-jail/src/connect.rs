//! Making the connection of a child in its stead.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with, sockopt};

/// How long a *blocking* connect of a child may take. The kernel's own limit is about two minutes (`tcp_syn_retries`).
const BLOCKING_CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// The buffer for what arrives; the kernel takes twice as much for its own data. Left alone it grows to megabytes, and what is in it counts
/// for the network that the socket is of, not for the child: a few workers that never read could fill the memory of all
/// connections of the machine (`tcp_mem`).
const RECEIVE_BYTES: usize = 64 << 10;

/// The same for what is sent. It is smaller because a connection that the child has closed keeps it until the peer has taken it.
const SEND_BYTES: usize = 32 << 10;

/// How long a peer may leave what was sent to it without a word, or take nothing of it. The kernel's own limits are from minutes to a
/// quarter of an hour.
const SILENCE: Duration = Duration::from_secs(10);

/// A child's socket that asked to be connected, and what its successor has to know of it.
pub(crate) struct Asking {
    family: AddressFamily,
    nonblocking: bool,
    no_delay: bool,
    keep_alive: Option<KeepAlive>,
}

struct KeepAlive {
    idle: Duration,
    interval: Duration,
    count: u32,
}

impl Asking {
    /// Looks at the child's socket. Only plain TCP: raw sockets, SCTP and the like carry traffic that no rule speaks of.
    pub fn of(socket: &OwnedFd) -> Result<Self, Errno> {
        let kind = sockopt::socket_type(socket).map_err(|_| Errno::NOTSOCK)?;
        let family = sockopt::socket_domain(socket)?;
        let is_tcp = kind == SocketType::STREAM
            && [AddressFamily::INET, AddressFamily::INET6].contains(&family)
            && sockopt::socket_protocol(socket)? == Some(ipproto::TCP);
        if !is_tcp {
            return Err(Errno::ACCESS);
        }
        if rustix::net::getpeername(socket).is_ok() {
            return Err(Errno::ISCONN);
        }
        let keep_alive = if sockopt::socket_keepalive(socket)? {
            Some(KeepAlive {
                idle: sockopt::tcp_keepidle(socket)?,
                interval: sockopt::tcp_keepintvl(socket)?,
                count: sockopt::tcp_keepcnt(socket)?,
            })
        } else {
            None
        };
        Ok(Self {
            family,
            nonblocking: rustix::fs::fcntl_getfl(socket)?.contains(OFlags::NONBLOCK),
            no_delay: sockopt::tcp_nodelay(socket)?,
            keep_alive,
        })
    }

    /// A new socket in the supervisor's network that is connected, or will be: then `INPROGRESS` is beside it, and the child waits as
    /// it would have for its own. A socket of the child's would be of its network, which is empty.
    pub fn connect(
        &self,
        address: SocketAddr,
        child: &OwnedFd,
    ) -> Result<(OwnedFd, Result<(), Errno>), Errno> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let tcp = Some(ipproto::TCP);
        let socket = socket_with(self.family, SocketType::STREAM, flags, tcp)?;
        sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BYTES)?;
        sockopt::set_socket_send_buffer_size(&socket, SEND_BYTES)?;
        sockopt::set_tcp_user_timeout(&socket, SILENCE.as_millis().try_into().unwrap_or(u32::MAX))?;
        sockopt::set_tcp_nodelay(&socket, self.no_delay)?;
        if let Some(keep_alive) = &self.keep_alive {
            sockopt::set_socket_keepalive(&socket, true)?;
            sockopt::set_tcp_keepidle(&socket, keep_alive.idle)?;
            sockopt::set_tcp_keepintvl(&socket, keep_alive.interval)?;
            sockopt::set_tcp_keepcnt(&socket, keep_alive.count)?;
        }
        let mut result = rustix::net::connect(&socket, &address);
        if !self.nonblocking {
            if result == Err(Errno::INPROGRESS) {
                result = finish(&socket, child);
            }
            let flags = rustix::fs::fcntl_getfl(&socket)?;
            rustix::fs::fcntl_setfl(&socket, flags - OFlags::NONBLOCK)?;
        }
        match result {
            Ok(()) | Err(Errno::INPROGRESS) => Ok((socket, result)),
            Err(errno) => Err(errno),
        }
    }
}

fn finish(socket: &OwnedFd, child: &OwnedFd) -> Result<(), Errno> {
    let mut fds = [
        PollFd::new(socket, PollFlags::OUT),
        PollFd::new(child, PollFlags::IN),
    ];
    let limit = Timespec::try_from(BLOCKING_CONNECT_LIMIT).map_err(|_| Errno::INVAL)?;
    let ready = rustix::io::retry_on_intr(|| poll(&mut fds, Some(&limit)))?;
    if ready == 0 || !fds[1].revents().is_empty() {
        return Err(Errno::TIMEDOUT);
    }
    sockopt::socket_error(socket)?
}
