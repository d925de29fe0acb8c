//! Public addresses that are nevertheless the operator's: this machine's, and those on the same link.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use if_addrs::IfAddr;
use ipnet::IpNet;

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

/// Whether this machine reaches the address without a router, and so without the firewall that the operator may have there. With IPv6
/// such neighbours have public addresses as a rule.
pub(super) fn is_neighbour(ip: IpAddr) -> bool {
    let Ok(interfaces) = if_addrs::get_if_addrs() else {
        return true;
    };
    interfaces
        .iter()
        .filter_map(|interface| net_of(&interface.addr))
        .any(|net| net.contains(&ip))
}

fn net_of(address: &IfAddr) -> Option<IpNet> {
    let prefix = match address {
        IfAddr::V4(v4) => v4.prefixlen,
        IfAddr::V6(v6) => v6.prefixlen,
    };
    // A tunnel without a network of its own has no prefix.
    let net = IpNet::new(address.ip(), prefix).ok()?;
    (prefix > 0).then_some(net)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use if_addrs::Ifv6Addr;

    use super::*;

    #[test]
    fn knows_its_own_addresses() {
        assert!(is_own("127.0.0.1".parse().unwrap()));
        assert!(!is_own("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn knows_its_neighbours() {
        assert!(is_neighbour("127.9.9.9".parse().unwrap()));
        assert!(!is_neighbour("233.252.0.1".parse().unwrap()));
        let address = |ip: &str, prefixlen| {
            IfAddr::V6(Ifv6Addr {
                ip: ip.parse().unwrap(),
                netmask: Ipv6Addr::UNSPECIFIED,
                prefixlen,
                broadcast: None,
            })
        };
        let net = net_of(&address("2600:1:2:3::4", 64)).unwrap();
        assert!(net.contains(&"2600:1:2:3:ffff::1".parse::<IpAddr>().unwrap()));
        assert!(!net.contains(&"2600:1:2:4::1".parse::<IpAddr>().unwrap()));
        assert_eq!(net_of(&address("2600::1", 0)), None);
    }
}
