//! Connections to PostgreSQL that send at once.
//!
//! sqlx 0.9.0 leaves Nagle's algorithm on (its issue 4335; the next release turns it off): the last packet of a statement of several waited 40 ms
//! for a delayed acknowledgement. sqlx gives its socket to nobody, so it is looked for among those of the process.

use std::fs;
use std::net::SocketAddr;
use std::os::fd::{BorrowedFd, RawFd};

use rustix::net::{getpeername, sockopt::set_tcp_nodelay};

/// Turns the algorithm off (RFC 9293 §3.7.4) on all connections to a port. Where that fails they are slower.
pub(crate) fn send_at_once(port: u16) {
    let files = fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    for file in files {
        if let Some(fd) = file.file_name().to_str().and_then(|name| name.parse().ok())
            && peer(fd).is_some_and(|peer| peer.port() == port)
        {
            let _ = set_tcp_nodelay(borrow(fd), true);
        }
    }
}

/// Of a socket that is connected.
fn peer(fd: RawFd) -> Option<SocketAddr> {
    getpeername(borrow(fd)).ok()??.try_into().ok()
}

fn borrow<'fd>(fd: RawFd) -> BorrowedFd<'fd> {
    // SAFETY: it is used for two system calls that keep nothing of it. If it is closed meanwhile they fail, and if its number is given again they
    // ask another socket for its peer.
    unsafe { BorrowedFd::borrow_raw(fd) }
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
