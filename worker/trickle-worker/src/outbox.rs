//! Messages to the pool, written where they arise.

use std::{
    io::Write,
    os::unix::net::UnixStream,
    sync::{Arc, Mutex, PoisonError},
};

use rustix::event::{PollFd, PollFlags, poll};
use trickle_protocol::{TO_POOL_MAX_BYTES, ToPool};
use trickle_runtime::Outbox;

/// The control socket. Writes wait for room, so that a script cannot outrun the pool.
#[derive(Clone)]
pub struct SocketOutbox(Arc<Mutex<UnixStream>>);

impl SocketOutbox {
    /// Writes to `socket`, which may be non-blocking.
    pub fn new(socket: UnixStream) -> Self {
        Self(Arc::new(Mutex::new(socket)))
    }
}

impl Outbox for SocketOutbox {
    fn send(&self, message: &ToPool) {
        let Ok(frame) = trickle_protocol::encode_frame(message, TO_POOL_MAX_BYTES) else {
            return;
        };
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = &frame[..];
        while !left.is_empty() {
            match socket.write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    let _ = poll(&mut [PollFd::new(&*socket, PollFlags::OUT)], None);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                // The pool is gone; the closed socket ends the worker.
                Err(_) => return,
            }
        }
    }
}
