//! Runs that are recorded, and played back without a network: every byte of their connections, and every answer about names.

mod chain;
mod log;
mod player;
mod prelude;
mod recorder;
mod relay;
mod seal;
mod tls;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

pub use player::Player;
pub use prelude::{Beginning, text as prelude};
pub use recorder::Recorder;
pub use seal::{default_key_file, read, write};

/// A port on this machine that stands for `to`, and the address that leads there from a socket made for `to`.
fn stand_in(to: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let ip = match to {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        // A socket for IPv6 reaches IPv4 by addresses that say so.
        SocketAddr::V6(_) => Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(),
    };
    Ok((listener, SocketAddr::new(ip, port)))
}

/// Threads of connections.
#[derive(Debug, Default)]
struct Threads(Mutex<Vec<JoinHandle<()>>>);

impl Threads {
    fn spawn(&self, work: impl FnOnce() -> std::io::Result<()> + Send + 'static) {
        // A connection that fails is a part of the run.
        let handle = std::thread::spawn(|| drop(work()));
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        threads.push(handle);
    }

    /// Waits a moment for those that are about to end: the worker is gone.
    fn settle(&self) {
        let threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Counted and not timed: what stands still meanwhile is the whole machine.
        for _ in 0..200 {
            if threads.iter().all(JoinHandle::is_finished) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
