//! Public addresses that are nevertheless this machine's.

use std::net::{IpAddr, SocketAddr, UdpSocket};

/// Whether a connection to this address would stay on this machine: a public address of its own leads to services that were not meant
/// for everybody.
///
/// The kernel is asked which source address it would take. No packet is sent.
pub(super) fn is_own(ip: IpAddr) -> bool {
    let any: SocketAddr = match ip {
        IpAddr::V4(_) => ([0; 4], 0).into(),
        IpAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let socket = match UdpSocket::bind(any) {
        Ok(socket) => socket,
        // A machine that does not speak the family has no such address. For want of a descriptor nobody can tell.
        Err(error) => return error.raw_os_error() != Some(libc::EAFNOSUPPORT),
    };
    // Where no way leads, none leads to the machine itself.
    socket.connect((ip, 9)).is_ok() && socket.local_addr().is_ok_and(|local| local.ip() == ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_addresses() {
        assert!(is_own("127.0.0.1".parse().unwrap()));
        assert!(!is_own("192.0.2.1".parse().unwrap()));
    }
}
