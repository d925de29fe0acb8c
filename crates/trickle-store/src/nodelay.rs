//! Connections to PostgreSQL that send at once.
//!
//! sqlx 0.9.0 leaves Nagle's algorithm on (its issue 4335; the next release turns it off): the last packet of a statement of several waited 40 ms
//! for a delayed acknowledgement. sqlx gives its socket to nobody, so it is looked for among those of the process.

use std::fs;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::{getpeername, sockopt::set_tcp_nodelay};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// Turns the algorithm off (RFC 9293 §3.7.4) on all connections to a port. Where the system does not let it, statements are slower.
pub(crate) fn send_at_once(port: u16) {
    for socket in open_files() {
        if peer(&socket).is_some_and(|peer| peer.port() == port) {
            let _ = set_tcp_nodelay(socket, true);
        }
    }
}

/// Each file of the process once more, so that it is ours to use.
fn open_files() -> impl Iterator<Item = OwnedFd> {
    let process = pidfd_open(getpid(), PidfdFlags::empty()).ok();
    let names = fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    names.filter_map(move |name| {
        let number = name.file_name().to_str()?.parse().ok()?;
        pidfd_getfd(process.as_ref()?, number, PidfdGetfdFlags::empty()).ok()
    })
}

/// Of a socket that is connected.
fn peer(socket: &OwnedFd) -> Option<SocketAddr> {
    getpeername(socket).ok()??.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn connections_to_the_port_send_at_once() {
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners
            .each_ref()
            .map(|it| it.local_addr().unwrap().port());
        let connect = |port| TcpStream::connect(("127.0.0.1", port)).unwrap();
        let connections = ports.map(connect);
        send_at_once(ports[0]);
        let are_at_once = connections.map(|it| it.nodelay().unwrap());
        assert_eq!(are_at_once, [true, false]);
    }
}
