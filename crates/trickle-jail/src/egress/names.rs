use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ranges;

const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Long enough for one run's connections, short enough to follow a failover.
const LIFETIME: Duration = Duration::from_secs(5);

/// The name servers that libc's resolver asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameServers(Vec<IpAddr>);

impl NameServers {
    /// Reads `/etc/resolv.conf`.
    ///
    /// # Errors
    ///
    /// When the file exists and cannot be read.
    pub fn from_system() -> io::Result<Self> {
        match std::fs::read_to_string(Path::new(RESOLV_CONF)) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::parse("")),
            Err(error) => Err(error),
        }
    }

    /// Understands `resolv.conf(5)`: without a `nameserver` line it is the local one.
    pub fn parse(text: &str) -> Self {
        let listed: Vec<IpAddr> = text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("nameserver"))
            .filter(|rest| rest.starts_with([' ', '\t']))
            .filter_map(|rest| rest.split_whitespace().next())
            .filter_map(|address| address.split('%').next()?.parse().ok())
            .collect();
        match listed.as_slice() {
            [] => Self(vec![Ipv4Addr::LOCALHOST.into()]),
            _ => Self(listed),
        }
    }

    pub(super) fn contains(&self, ip: IpAddr) -> bool {
        self.0.contains(&ip)
    }
}

/// Addresses of names, remembered for a moment; so are failures.
#[derive(Debug, Default)]
pub(super) struct NameCache {
    known: Mutex<HashMap<String, (Instant, Vec<IpAddr>)>>,
}

impl NameCache {
    /// The canonical addresses of `name`; none when it does not resolve. Blocks for the resolution, not for those of others.
    pub fn resolve(&self, name: &str) -> Vec<IpAddr> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, addresses)) = lock().get(name)
            && at.elapsed() < LIFETIME
        {
            return addresses.clone();
        }
        let addresses: Vec<_> = (name, 0)
            .to_socket_addrs()
            .map(|found| found.map(|a| ranges::canonical(a.ip())).collect())
            .unwrap_or_default();
        // The names come from rules, so there are few.
        lock().insert(name.to_owned(), (Instant::now(), addresses.clone()));
        addresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolv_conf() {
        let text = "# nameserver 9.9.9.9\nsearch x\n nameserver\t10.0.0.2 # a\nnameserver fe80::1%eth0\nnameserver x\nnameserver1 1.1.1.1";
        let servers = NameServers::parse(text);
        let expected = ["10.0.0.2", "fe80::1"].map(|ip| ip.parse().unwrap());
        assert_eq!(servers, NameServers(expected.to_vec()));
        assert!(NameServers::parse("search x").contains(Ipv4Addr::LOCALHOST.into()));
    }

    #[test]
    fn resolves_and_remembers() {
        let cache = NameCache::default();
        let loopback = cache.resolve("localhost");
        assert!(loopback.iter().all(IpAddr::is_loopback) && !loopback.is_empty());
        assert_eq!(cache.resolve("localhost"), loopback);
        assert!(cache.resolve("no-such-host.invalid").is_empty());
    }
}
