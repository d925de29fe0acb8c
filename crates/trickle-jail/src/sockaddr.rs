//! Socket addresses as a child wrote them into its memory (`ip(7)`, `ipv6(7)`).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use rustix::io::Errno;

/// `sizeof(struct sockaddr_storage)`: the kernel takes no longer address.
pub(crate) const MAX_LENGTH: usize = 128;

/// Where a `connect` wants to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination {
    Internet(SocketAddr),
    /// `AF_UNSPEC`: dissolve the association.
    Dissolve,
    /// Unix sockets and all the rest.
    Other,
}

/// Reads an address, with the kernel's errors for malformed ones.
pub(crate) fn parse(bytes: &[u8]) -> Result<Destination, Errno> {
    let family = u16::from_ne_bytes(chunk(bytes, 0)?);
    match i32::from(family) {
        libc::AF_UNSPEC => Ok(Destination::Dissolve),
        libc::AF_INET => {
            if bytes.len() < size_of::<libc::sockaddr_in>() {
                return Err(Errno::INVAL);
            }
            let port = u16::from_be_bytes(chunk(bytes, 2)?);
            let ip = Ipv4Addr::from(chunk::<4>(bytes, 4)?);
            Ok(Destination::Internet(SocketAddrV4::new(ip, port).into()))
        }
        libc::AF_INET6 => {
            let port = u16::from_be_bytes(chunk(bytes, 2)?);
            let flow_info = u32::from_ne_bytes(chunk(bytes, 4)?);
            let ip = Ipv6Addr::from(chunk::<16>(bytes, 8)?);
            // RFC 2133 clients leave the scope out, and Linux takes it (SIN6_LEN_RFC2133).
            let scope = chunk(bytes, 24).map_or(0, u32::from_ne_bytes);
            let address = SocketAddrV6::new(ip, port, flow_info, scope);
            Ok(Destination::Internet(address.into()))
        }
        _ => Ok(Destination::Other),
    }
}

fn chunk<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Errno> {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .ok_or(Errno::INVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_reads() {
        let mut v4 = vec![2, 0, 0x01, 0xbb, 10, 0, 0, 1];
        assert_eq!(parse(&v4), Err(Errno::INVAL));
        v4.extend([0; 8]);
        let expected = Destination::Internet("10.0.0.1:443".parse().unwrap());
        assert_eq!(parse(&v4), Ok(expected));

        let mut v6 = vec![10, 0, 0x15, 0x38, 0, 0, 0, 0];
        v6.extend(Ipv6Addr::LOCALHOST.octets());
        let expected = Destination::Internet("[::1]:5432".parse().unwrap());
        assert_eq!(parse(&v6), Ok(expected));
        v6.extend([0; 4]);
        assert_eq!(parse(&v6), Ok(expected));

        assert_eq!(parse(&[0, 0]), Ok(Destination::Dissolve));
        assert_eq!(parse(b"\x01\0/run/docker.sock"), Ok(Destination::Other));
        assert_eq!(parse(&[2]), Err(Errno::INVAL));
    }
}
