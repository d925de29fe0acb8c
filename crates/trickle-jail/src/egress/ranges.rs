//! Which addresses are public.
//!
//! Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) as of 2024, and the RFCs named below.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const SPECIAL_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),       // this network, RFC 791
    v4([10, 0, 0, 0], 8),      // private, RFC 1918
    v4([100, 64, 0, 0], 10),   // carrier-grade NAT, RFC 6598
    v4([127, 0, 0, 0], 8),     // loopback, RFC 1122
    v4([169, 254, 0, 0], 16),  // link-local, RFC 3927
    v4([172, 16, 0, 0], 12),   // private, RFC 1918
    v4([192, 0, 0, 0], 24),    // IETF protocol assignments, RFC 6890
    v4([192, 0, 2, 0], 24),    // documentation, RFC 5737
    v4([192, 88, 99, 0], 24),  // 6to4 relay anycast, withdrawn, RFC 7526
    v4([192, 168, 0, 0], 16),  // private, RFC 1918
    v4([198, 18, 0, 0], 15),   // benchmarks, RFC 2544
    v4([198, 51, 100, 0], 24), // documentation, RFC 5737
    v4([203, 0, 113, 0], 24),  // documentation, RFC 5737
    v4([224, 0, 0, 0], 4),     // multicast, RFC 5771
    v4([240, 0, 0, 0], 4),     // reserved, RFC 1112, and broadcast, RFC 919
];

/// All that is in use as global unicast, RFC 4291 §2.4 and IANA's registry. Outside of it lie `::`, `::1`, NAT64 (64:ff9b::/96 and
/// 64:ff9b:1::/48, RFC 6052 and 8215), discard (100::/64), SRv6 (5f00::/16), fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

const SPECIAL_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0], 23), // IETF protocol assignments with Teredo 2001::/32, RFC 2928 and 4380
    v6([0x2001, 0xdb8, 0], 32), // documentation, RFC 3849
    v6([0x2002, 0, 0], 16), // 6to4, RFC 3056
    v6([0x3fff, 0, 0], 20), // documentation, RFC 9637
];

const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0], 96);
const COMPATIBLE: Ipv6Net = v6([0, 0, 0], 96);

/// Where clouds tell machines and containers their credentials. AWS, Azure, Google and most others share the first.
const METADATA: [IpAddr; 9] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), // AWS
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),  // Google
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),                  // Alibaba
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),                      // Oracle
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)), // Azure's WireServer, a public address
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)), // ECS
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)), // EKS
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)), // EKS
];

/// Whether anybody on the Internet may be asked at this (canonical) address.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    if METADATA.contains(&ip) {
        return false;
    }
    match ip {
        IpAddr::V4(ip) => !SPECIAL_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => {
            GLOBAL_V6.contains(&ip) && !SPECIAL_V6.iter().any(|net| net.contains(&ip))
        }
    }
}

/// Whether a cloud answers here with the machine's credentials, directly or through NAT64.
pub(crate) fn is_metadata(ip: IpAddr) -> bool {
    let behind_nat64 = match ip {
        IpAddr::V6(ip) if NAT64.contains(&ip) => Some(last_four(ip)),
        _ => None,
    };
    METADATA.contains(&ip) || behind_nat64.is_some_and(|ip| METADATA.contains(&ip))
}

/// The IPv4 address inside an IPv4-mapped (RFC 4291 §2.5.5.2) or IPv4-compatible (§2.5.5.1) one, else the address itself.
pub(crate) fn canonical(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if COMPATIBLE.contains(&v6) && v6.to_bits() > 1 => last_four(v6),
        canonical => canonical,
    }
}

fn last_four(ip: Ipv6Addr) -> IpAddr {
    let [.., a, b, c, d] = ip.octets();
    IpAddr::from([a, b, c, d])
}

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(start: [u16; 3], prefix: u8) -> Ipv6Net {
    let [a, b, c] = start;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::",
            "2a00::1",
            "3ffe::1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
        ] {
            assert!(is_public(canonical(text.parse().unwrap())), "{text}");
        }
    }

    #[test]
    fn special_addresses() {
        for text in [
            "0.0.0.0",
            "168.63.129.16",
            "0.1.2.3",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::2",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(canonical(text.parse().unwrap())), "{text}");
        }
    }

    #[test]
    fn metadata_in_every_disguise() {
        for text in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "fd00:ec2::254",
        ] {
            assert!(is_metadata(canonical(text.parse().unwrap())), "{text}");
        }
        assert!(!is_metadata("169.254.169.253".parse().unwrap()));
    }
}
