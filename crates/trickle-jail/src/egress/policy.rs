use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::{EgressRule, HostPattern, Pins, near, ranges};

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The supervisor connects.
    Allow,
    /// The child sees EACCES.
    Refuse(Refusal),
}

/// Why a connection, or a name, was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The address is not public, or is this machine's own or of its neighbours, and no rule of the operator opens it.
    Private,
    /// A cloud's metadata service, which no network and no name opens.
    Metadata,
    /// The operator has closed public addresses, or the port is that of mail servers, and no rule opens this one.
    Closed,
    /// The connection's own list does not have it.
    NotListed,
    /// The run has opened as many connections as it may.
    TooMany,
    /// As many connections as may be are open in its worker.
    TooManyAtOnce,
    /// The run has asked for as many names as it may.
    TooManyNames,
}

impl Refusal {
    /// Whether a limit was reached, rather than that the address or the name is closed.
    pub const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::TooMany | Self::TooManyAtOnce | Self::TooManyNames
        )
    }

    /// Its name in logs and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Metadata => "metadata",
            Self::Closed => "closed",
            Self::NotListed => "not_listed",
            Self::TooMany => "too_many",
            Self::TooManyAtOnce => "too_many_at_once",
            Self::TooManyNames => "too_many_names",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Decides about connections. Called on a broker's thread.
pub trait ConnectPolicy: Send + Sync {
    /// Whether the supervisor shall connect to this address, which is as the child wrote it; an IPv4 address may come in IPv6
    /// clothing.
    fn decide(&self, address: SocketAddr) -> Decision;
}

/// Who may open and close what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressRules {
    /// What the operator opens beside public addresses.
    pub allow: Vec<EgressRule>,
    /// Whether public addresses are open without a rule.
    pub public: bool,
    /// What is left of that: only what one of these matches. `None` narrows nothing.
    pub only: Option<Vec<EgressRule>>,
}

impl Default for EgressRules {
    /// All public addresses and no others.
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            public: true,
            only: None,
        }
    }
}

/// Where mail servers take mail from anybody (RFC 5321 §4.5.4.2). No user store listens there, and who sends spam has the operator's
/// address listed.
const SMTP: u16 = 25;

/// Public addresses are open, except for their port 25; any other needs a rule.
///
/// A cloud's metadata address opens only to a rule of the operator that names exactly that address: neither a network nor a name,
/// which its owner could point there, will do. An address of this machine's own, other than loopback, does not open to a network
/// either. A public address on the same link as the machine needs a rule like a private one: no firewall stands between. A name means the addresses that the supervisor told this child, see [`Pins`].
#[derive(Debug)]
pub struct EgressPolicy {
    rules: EgressRules,
    pins: Arc<Pins>,
}

impl EgressPolicy {
    /// A policy for one child.
    pub fn new(rules: EgressRules, pins: Arc<Pins>) -> Self {
        Self { rules, pins }
    }

    /// Whether the name servers may be asked for `name`: a question is itself a way to tell somebody something.
    ///
    /// Where public addresses are closed or the connection has its own list, only what a rule names, and all names where a rule is
    /// of a network. A service (`_mongodb._tcp.db.example.com`) belongs to the host that it is under.
    pub fn may_ask(&self, name: &str) -> Decision {
        let host = match name.strip_prefix('_') {
            Some(_) => name.splitn(3, '.').nth(2).unwrap_or(name),
            None => name,
        };
        let names = |rules: &[EgressRule]| {
            rules.iter().any(|rule| match &rule.host {
                HostPattern::Name(own) => own == host,
                net @ HostPattern::Net(_) => !net.is_one(),
            })
        };
        if !self.rules.public && !names(&self.rules.allow) {
            return Decision::Refuse(Refusal::Closed);
        }
        match &self.rules.only {
            Some(only) if !names(only) => Decision::Refuse(Refusal::NotListed),
            _ => Decision::Allow,
        }
    }

    /// Whether this child may be told that `name` is at `address`: whether some port of it is open for that name.
    pub fn may_name(&self, name: &str, address: IpAddr) -> Decision {
        let address = ranges::canonical(address);
        let matches = |rule: &EgressRule| match &rule.host {
            HostPattern::Net(net) => net.contains(&address),
            HostPattern::Name(own) => own == name,
        };
        self.judge(address, self.rules.public, |_| true, &matches)
    }

    /// `is_public` says whether public addresses are open without a rule; `fits` looks at a rule's port, `matches` at its host.
    fn judge(
        &self,
        ip: IpAddr,
        is_public: bool,
        fits: impl Fn(&EgressRule) -> bool,
        matches: &dyn Fn(&EgressRule) -> bool,
    ) -> Decision {
        let opened = |rules: &[EgressRule]| rules.iter().any(|rule| fits(rule) && matches(rule));
        if ranges::is_metadata(ip) {
            let exact = |rule: &EgressRule| rule.host == HostPattern::Net(ip.into());
            if !self
                .rules
                .allow
                .iter()
                .any(|rule| fits(rule) && exact(rule))
            {
                return Decision::Refuse(Refusal::Metadata);
            }
        } else if !self
            .rules
            .allow
            .iter()
            .any(|rule| rule.host.is_one() && fits(rule) && matches(rule))
        {
            // A network is opened for the machines of others in it.
            let is_opened = opened(&self.rules.allow);
            let is_own = !ip.is_loopback() && near::is_own(ip);
            let is_far = || ranges::is_public(ip) && !near::is_neighbour(ip);
            if is_own || !(is_opened || is_far()) {
                return Decision::Refuse(Refusal::Private);
            }
            if !(is_opened || is_public) {
                return Decision::Refuse(Refusal::Closed);
            }
        }
        match &self.rules.only {
            Some(only) if !opened(only) => Decision::Refuse(Refusal::NotListed),
            _ => Decision::Allow,
        }
    }
}

impl ConnectPolicy for EgressPolicy {
    fn decide(&self, address: SocketAddr) -> Decision {
        let (ip, port) = (ranges::canonical(address.ip()), address.port());
        let matches = |rule: &EgressRule| match &rule.host {
            HostPattern::Net(net) => net.contains(&ip),
            HostPattern::Name(name) => self.pins.hold(name, ip),
        };
        let fits = |rule: &EgressRule| rule.port.is_none_or(|own| own == port);
        self.judge(ip, self.rules.public && port != SMTP, fits, &matches)
    }
}

#[cfg(test)]
mod tests;
