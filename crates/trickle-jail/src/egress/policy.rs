use std::net::IpAddr;

use super::names::{NameCache, NameServers};
use super::ranges;
use super::{ConnectAttempt, ConnectPolicy, Decision, EgressRule, HostPattern};

const DNS_PORT: u16 = 53;

/// Public addresses are open; any other needs a rule. Applies to TCP and UDP alike.
///
/// Port 53 of the system's name servers is open (TCP too: RFC 7766 §5). A cloud's metadata address opens only to a rule that names exactly that
/// address: neither a network nor a name, which its owner could point there, will do.
#[derive(Debug)]
pub struct EgressPolicy {
    rules: Vec<EgressRule>,
    name_servers: NameServers,
    names: NameCache,
}

impl EgressPolicy {
    /// A policy with these exceptions.
    pub fn new(rules: Vec<EgressRule>, name_servers: NameServers) -> Self {
        Self {
            rules,
            name_servers,
            names: NameCache::default(),
        }
    }

    fn allows(&self, attempt: &ConnectAttempt) -> bool {
        let ip = ranges::canonical(attempt.address.ip());
        let port = attempt.address.port();
        if port == DNS_PORT && self.name_servers.contains(ip) {
            return true;
        }
        let mut rules = self
            .rules
            .iter()
            .filter(|rule| rule.port.is_none_or(|allowed| allowed == port));
        if ranges::is_metadata(ip) {
            return rules.any(|rule| rule.host == HostPattern::Net(ip.into()));
        }
        ranges::is_public(ip) || rules.any(|rule| self.matches(&rule.host, ip))
    }

    fn matches(&self, host: &HostPattern, ip: IpAddr) -> bool {
        match host {
            HostPattern::Net(net) => net.contains(&ip),
            HostPattern::Name(name) => self.names.resolve(name).contains(&ip),
        }
    }
}

impl ConnectPolicy for EgressPolicy {
    fn decide(&self, attempt: &ConnectAttempt) -> Decision {
        if self.allows(attempt) {
            Decision::Allow
        } else {
            Decision::Refuse
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;

    fn decide(rules: &[&str], address: &str) -> Decision {
        let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        let servers = NameServers::parse("nameserver 127.0.0.53\nnameserver 169.254.169.254");
        EgressPolicy::new(rules, servers).decide(&ConnectAttempt {
            address: address.parse().unwrap(),
            transport: Transport::Tcp,
        })
    }

    #[test]
    fn table() {
        use Decision::{Allow, Refuse};
        for (rules, address, expected) in [
            (&[][..], "8.8.8.8:443", Allow),
            (&[], "[2606:4700::1111]:443", Allow),
            (&[], "10.0.0.1:443", Refuse),
            (&[], "[::ffff:10.0.0.1]:443", Refuse),
            (&[], "127.0.0.53:53", Allow),
            (&[], "127.0.0.53:80", Refuse),
            (&[], "127.0.0.1:53", Refuse),
            (&["10.0.0.1"], "10.0.0.1:443", Allow),
            (&["10.0.0.1:443"], "10.0.0.1:443", Allow),
            (&["10.0.0.1:443"], "10.0.0.1:80", Refuse),
            (&["10.0.0.1:443"], "10.0.0.2:443", Refuse),
            (&["10.0.0.1:443"], "[::ffff:10.0.0.1]:443", Allow),
            (&["10.0.0.0/8"], "10.9.9.9:1", Allow),
            (&["fd00::/8:1"], "[fd12::1]:1", Allow),
            (&["fd00::/8:1"], "[fd12::1]:2", Refuse),
            (&["localhost:5432"], "127.0.0.1:5432", Allow),
            (&["localhost:5432"], "127.0.0.1:5433", Refuse),
            (&["localhost:5432"], "127.0.0.2:5432", Refuse),
            (&["64:ff9b::/96"], "[64:ff9b::808:808]:443", Allow),
        ] {
            assert_eq!(decide(rules, address), expected, "{rules:?} {address}");
        }
    }

    #[test]
    fn metadata_needs_its_exact_address() {
        use Decision::{Allow, Refuse};
        for (rules, address, expected) in [
            (&[][..], "169.254.169.254:80", Refuse),
            (&["169.254.0.0/16"], "169.254.169.254:80", Refuse),
            (&["169.254.0.0/16"], "169.254.169.253:80", Allow),
            (&["0.0.0.0/0"], "[::ffff:169.254.169.254]:80", Refuse),
            (&["64:ff9b::/96"], "[64:ff9b::a9fe:a9fe]:80", Refuse),
            (&["fd00::/8"], "[fd00:ec2::254]:80", Refuse),
            (&["169.254.169.254:80"], "169.254.169.254:80", Allow),
            (&["169.254.169.254:80"], "169.254.169.254:81", Refuse),
            (&["fd00:ec2::254"], "[fd00:ec2::254]:80", Allow),
            // Google's name server has that address.
            (&[], "169.254.169.254:53", Allow),
        ] {
            assert_eq!(decide(rules, address), expected, "{rules:?} {address}");
        }
    }
}
