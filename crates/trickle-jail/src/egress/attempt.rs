use std::fmt;
use std::net::SocketAddr;

/// A connection that a child asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectAttempt {
    /// Where to, as the child wrote it; an IPv4 address may come in IPv6 clothing.
    pub address: SocketAddr,
    /// Over what.
    pub transport: Transport,
}

/// The protocol of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// A stream.
    Tcp,
    /// Datagrams to one peer; libc's resolver uses them for name servers.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The supervisor connects the socket.
    Allow,
    /// The child sees EACCES.
    Refuse,
}

/// Decides about connections. Called on a broker's thread, never on an async one, so it may block for a name resolution.
pub trait ConnectPolicy: Send + Sync {
    /// Whether the supervisor shall make this connection.
    fn decide(&self, attempt: &ConnectAttempt) -> Decision;
}
