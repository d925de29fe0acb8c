use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Leads a child's connections elsewhere: to a proxy that writes down what passes, or that plays back what once did.
///
/// For runs on a developer's machine. A server has none, and every address is the one that the child asked for.
pub trait Detour: Send + Sync + fmt::Debug {
    /// Where to connect to in the place of `to`, which the policy allows. Called on a broker's thread, which may wait.
    ///
    /// # Errors
    /// The error that the child's connect is to fail with.
    fn lead(&self, to: SocketAddr) -> io::Result<SocketAddr>;
}
