//! Servers that fail in the ways networks do.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::sockopt::set_socket_reuseaddr;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with};

const ANY_PORT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

/// Takes connections and never says a word: what a hung server or a dropping firewall looks like after the handshake.
#[derive(Debug)]
pub struct BlackHole {
    // Nobody calls accept: the kernel completes the handshakes by itself, up to its backlog.
    listener: TcpListener,
}

impl BlackHole {
    /// Listens on a free port of 127.0.0.1 until dropped.
    ///
    /// # Panics
    /// When no port can be bound.
    pub fn start() -> Self {
        Self {
            listener: TcpListener::bind(ANY_PORT).expect("bind a free port"),
        }
    }

    /// Where it listens.
    ///
    /// # Panics
    /// Never: a bound socket has an address.
    pub fn addr(&self) -> SocketAddr {
        self.listener
            .local_addr()
            .expect("a bound socket has an address")
    }
}

/// A port that refuses connections, and that the kernel gives nobody else while this value lives.
///
/// A server that is told the port and sets `SO_REUSEADDR`, as servers do, can listen on it meanwhile.
#[derive(Debug)]
pub struct Refused {
    socket: OwnedFd,
}

impl Refused {
    /// Reserves a free port of 127.0.0.1 without listening on it.
    ///
    /// # Panics
    /// When no port can be bound.
    pub fn start() -> Self {
        let socket = socket_with(
            AddressFamily::INET,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )
        .expect("open a socket");
        set_socket_reuseaddr(&socket, true).expect("let others listen");
        bind(&socket, &ANY_PORT).expect("bind a free port");
        Self { socket }
    }

    /// The address where nothing listens.
    ///
    /// # Panics
    /// Never: a bound socket has an address.
    pub fn addr(&self) -> SocketAddr {
        let addr = getsockname(&self.socket).expect("a bound socket has an address");
        SocketAddr::try_from(addr).expect("an internet socket has an internet address")
    }
}

/// Sends bytes that are no protocol at all, then closes.
#[derive(Debug)]
pub struct Garbage {
    addr: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Garbage {
    /// Listens on a free port of 127.0.0.1 until dropped.
    ///
    /// # Panics
    /// When no port can be bound.
    pub fn start() -> Self {
        let listener = TcpListener::bind(ANY_PORT).expect("bind a free port");
        let addr = listener
            .local_addr()
            .expect("a bound socket has an address");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                std::thread::spawn(move || babble(stream));
            }
        });
        Self {
            addr,
            stop,
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Garbage {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread out of accept.
        let woken = TcpStream::connect(self.addr).is_ok();
        if let (true, Some(thread)) = (woken, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

fn babble(mut stream: TcpStream) {
    let nonsense: Vec<u8> = (0..=255).rev().collect();
    let _ = stream.write_all(&nonsense);
    let _ = stream.shutdown(Shutdown::Write);
    // Closing with unread bytes would send a reset, and the client might never see the nonsense.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn black_hole_connects_and_stays_silent() {
        let hole = BlackHole::start();
        let mut stream = TcpStream::connect(hole.addr()).unwrap();
        stream.write_all(b"hello?").unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let error = stream.read(&mut [0; 8]).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut
        ));
    }

    #[test]
    fn refused_refuses() {
        assert_refuses(&Refused::start());
    }

    #[test]
    fn a_server_that_is_told_listens_where_connections_were_refused() {
        let refused = Refused::start();
        for _ in 0..2 {
            let listener = TcpListener::bind(refused.addr()).unwrap();
            TcpStream::connect(refused.addr()).unwrap();
            drop(listener);
        }
        assert_refuses(&refused);
    }

    fn assert_refuses(refused: &Refused) {
        let error = TcpStream::connect(refused.addr()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }

    #[test]
    fn garbage_reaches_a_client_that_spoke_first() {
        let garbage = Garbage::start();
        let mut stream = TcpStream::connect(garbage.addr()).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(answer.len(), 256);
    }
}
