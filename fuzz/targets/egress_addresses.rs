//! Addresses in all their disguises.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use trickle_jail::fuzzing::{canonical, is_metadata, is_public};

fuzz_target!(|bytes: [u8; 16]| {
    let six = Ipv6Addr::from(bytes);
    judge(six.into());
    let [a, b, c, d, ..] = bytes;
    let four = Ipv4Addr::new(a, b, c, d);
    judge(four.into());
    let mapped = IpAddr::V6(four.to_ipv6_mapped());
    assert_eq!(canonical(mapped), IpAddr::V4(four));
    let compatible = Ipv6Addr::from_bits(u128::from(four.to_bits()));
    let disguised = canonical(compatible.into());
    assert!(disguised == IpAddr::V4(four) || four.to_bits() <= 1);
    let nat64 = Ipv6Addr::from_bits((0x64_ff9b_u128 << 96) | u128::from(four.to_bits()));
    assert!(!is_public(canonical(nat64.into())), "NAT64 leads anywhere");
    assert_eq!(
        is_metadata(canonical(nat64.into())),
        is_metadata(four.into())
    );
});

fn judge(ip: IpAddr) {
    let own = canonical(ip);
    assert_eq!(canonical(own), own);
    if is_metadata(own) {
        assert!(!is_public(own), "{ip} has the machine's credentials");
    }
    if !is_public(own) {
        return;
    }
    // What the standard library knows of special addresses, without our tables.
    let is_special = match own {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_unspecified()
                || ip.is_multicast()
        }
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
                || ip.to_ipv4().is_some()
        }
    };
    assert!(!is_special, "{ip} passes as public");
}
