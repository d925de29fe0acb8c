//! What `fuzz/` looks at; built for it alone.

use std::net::{IpAddr, SocketAddr};

use crate::egress::ranges;
use crate::sockaddr::{Destination, parse};

/// The internet address in these bytes, as the broker reads it.
pub fn sockaddr(bytes: &[u8]) -> Option<SocketAddr> {
    match parse(bytes) {
        Ok(Destination::Internet(address)) => Some(address),
        _ => None,
    }
}

/// The address without its disguise.
pub fn canonical(ip: IpAddr) -> IpAddr {
    ranges::canonical(ip)
}

/// Whether a canonical address is open to everybody.
pub fn is_public(ip: IpAddr) -> bool {
    ranges::is_public(ip)
}

/// Whether a cloud answers at a canonical address with the machine's credentials.
pub fn is_metadata(ip: IpAddr) -> bool {
    ranges::is_metadata(ip)
}
