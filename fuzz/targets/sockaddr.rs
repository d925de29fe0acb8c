//! A socket address in a worker's memory.
#![no_main]

use std::net::SocketAddr;

use libfuzzer_sys::fuzz_target;
use trickle_jail::fuzzing::sockaddr;

fuzz_target!(|bytes: &[u8]| {
    let Some(address) = sockaddr(bytes) else {
        return;
    };
    let mut written = match address {
        SocketAddr::V4(address) => {
            assert!(bytes.len() >= 16, "the kernel takes no shorter one");
            assert_eq!(bytes[..2], 2_u16.to_ne_bytes());
            let mut written = 2_u16.to_ne_bytes().to_vec();
            written.extend(address.port().to_be_bytes());
            written.extend(address.ip().octets());
            written
        }
        SocketAddr::V6(address) => {
            assert!(bytes.len() >= 24, "the kernel takes no shorter one");
            assert_eq!(bytes[..2], 10_u16.to_ne_bytes());
            let mut written = 10_u16.to_ne_bytes().to_vec();
            written.extend(address.port().to_be_bytes());
            written.extend(address.flowinfo().to_ne_bytes());
            written.extend(address.ip().octets());
            written.extend(address.scope_id().to_ne_bytes());
            written
        }
    };
    // Less than the whole scope is no scope.
    let compared = match written.len().min(bytes.len()) {
        25..28 => 24,
        whole => whole,
    };
    assert_eq!(written[..compared], bytes[..compared]);
    written.resize(written.len().max(16), 0);
    assert_eq!(sockaddr(&written), Some(address));
});
