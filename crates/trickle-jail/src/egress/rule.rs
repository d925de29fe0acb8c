use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::ranges;

/// Opens one destination that is not public.
///
/// Written `HOST`, `HOST:PORT`, `IP`, `IP:PORT`, `[IPv6]:PORT`, `CIDR`, `CIDR:PORT` or `[CIDR]:PORT`; without a port all ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressRule {
    /// Which hosts.
    pub host: HostPattern,
    /// Which port; `None` for all.
    pub port: Option<u16>,
}

/// The hosts of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostPattern {
    /// Every address that this name resolves to, in lower case and without a final dot.
    Name(String),
    /// Every address in this network; one address is a network with a full prefix.
    Net(IpNet),
}

impl HostPattern {
    /// Whether it is one machine, by name or by address.
    pub(super) fn is_one(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Net(net) => net.prefix_len() == net.max_prefix_len(),
        }
    }
}

/// Why a text is not a rule.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EgressRuleError {
    /// There is no host.
    #[error("read egress rule {0:?}: it names no host")]
    NoHost(String),
    /// The port is not 1 to 65535.
    #[error("read egress rule {0:?}: {1:?} is not a port (1 to 65535)")]
    Port(String, String),
    /// A bracket is not closed, or does not hold an IPv6 address or network.
    #[error(
        "read egress rule {0:?}: brackets hold an IPv6 address or network, as in [fd00::1]:5432"
    )]
    Bracket(String),
    /// The network is malformed.
    #[error("read egress rule {0:?}: {1:?} is not a network such as 10.0.0.0/8")]
    Network(String, String),
    /// The network's address goes on behind its prefix, which looks like a slip.
    #[error("read egress rule {0:?}: the network of that prefix is {1}")]
    HostBits(String, IpNet),
    /// The name is no host name (RFC 1123 §2.1).
    #[error(
        "read egress rule {0:?}: {1:?} is not a host name; wildcards and URLs are not understood"
    )]
    Name(String, String),
}

impl FromStr for EgressRule {
    type Err = EgressRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (host, port) = split_port(text)?;
        let port = port
            .map(|digits| {
                digits
                    .parse()
                    .ok()
                    .filter(|port| *port != 0 && digits.bytes().all(|b| b.is_ascii_digit()))
                    .ok_or_else(|| EgressRuleError::Port(text.to_owned(), digits.to_owned()))
            })
            .transpose()?;
        let host = parse_host(text, host)?;
        Ok(Self { host, port })
    }
}

fn split_port(text: &str) -> Result<(&str, Option<&str>), EgressRuleError> {
    if let Some(rest) = text.strip_prefix('[') {
        let bracket = || EgressRuleError::Bracket(text.to_owned());
        let (host, rest) = rest.split_once(']').ok_or_else(bracket)?;
        if !host.contains(':') || !host.contains('/') && host.parse::<IpAddr>().is_err() {
            return Err(bracket());
        }
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(bracket()),
        };
    }
    if text.parse::<IpAddr>().is_ok() {
        return Ok((text, None));
    }
    // Behind a prefix length the first colon begins the port, also for IPv6.
    let from = text.find('/').unwrap_or(0);
    match text[from..].rfind(':') {
        Some(at) => Ok((&text[..from + at], Some(&text[from + at + 1..]))),
        None => Ok((text, None)),
    }
}

fn parse_host(text: &str, host: &str) -> Result<HostPattern, EgressRuleError> {
    if host.is_empty() {
        return Err(EgressRuleError::NoHost(text.to_owned()));
    }
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(HostPattern::Net(ranges::canonical(ip).into()));
    }
    if host.contains('/') {
        let net: IpNet = host
            .parse()
            .map_err(|_| EgressRuleError::Network(text.to_owned(), host.to_owned()))?;
        return if net.trunc() == net {
            Ok(HostPattern::Net(net))
        } else {
            Err(EgressRuleError::HostBits(text.to_owned(), net.trunc()))
        };
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if is_host_name(&name) {
        Ok(HostPattern::Name(name))
    } else {
        Err(EgressRuleError::Name(text.to_owned(), host.to_owned()))
    }
}

/// RFC 1123 §2.1, with the underscore that internal names often have. A numeric last label is a mistyped address.
fn is_host_name(name: &str) -> bool {
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric_end = name
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && !numeric_end && name.split('.').all(label_ok)
}

impl fmt::Display for EgressRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = match &self.host {
            HostPattern::Name(name) => name.clone(),
            HostPattern::Net(net) if self.host.is_one() => net.addr().to_string(),
            HostPattern::Net(net) => net.to_string(),
        };
        match self.port {
            Some(port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Some(port) => write!(f, "{host}:{port}"),
            None => f.write_str(&host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, shown) in [
            ("db.internal:5432", "db.internal:5432"),
            ("DB.Internal.", "db.internal"),
            ("db_1", "db_1"),
            ("localhost", "localhost"),
            ("10.0.0.1:443", "10.0.0.1:443"),
            (" 10.0.0.1 ", "10.0.0.1"),
            ("::1", "::1"),
            ("[::1]:80", "[::1]:80"),
            ("[::1]", "::1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.0.0.0/8:443", "10.0.0.0/8:443"),
            ("fd00::/8", "fd00::/8"),
            ("fd00::/8:443", "[fd00::/8]:443"),
            ("[fd00::/8]:443", "[fd00::/8]:443"),
        ] {
            let rule: EgressRule = text.parse().unwrap();
            assert_eq!(rule.to_string(), shown, "{text}");
            assert_eq!(shown.parse(), Ok(rule), "{text}");
        }
    }

    #[test]
    fn mistakes() {
        let error = |text: &str| text.parse::<EgressRule>().unwrap_err();
        assert!(matches!(error(""), EgressRuleError::NoHost(_)));
        assert!(matches!(error(":80"), EgressRuleError::NoHost(_)));
        for text in [
            "db:0",
            "db:65536",
            "db:",
            "db:+1",
            "db:http",
            "10.0.0.0/8:x",
        ] {
            assert!(matches!(error(text), EgressRuleError::Port(..)), "{text}");
        }
        for text in ["[::1", "[db]:1", "[::1]80", "[10.0.0.1]:80"] {
            assert!(matches!(error(text), EgressRuleError::Bracket(_)), "{text}");
        }
        for text in ["10.0.0.0/33", "10.0.0/8", "db/8"] {
            assert!(
                matches!(error(text), EgressRuleError::Network(..)),
                "{text}"
            );
        }
        let hint = error("10.1.2.3/8").to_string();
        assert!(
            hint.ends_with("the network of that prefix is 10.0.0.0/8"),
            "{hint}"
        );
        for text in [
            "*.internal",
            "10.0.1",
            "300.1.1.1",
            "a..b",
            "-a",
            "a b",
            "fd00::g:1",
        ] {
            assert!(matches!(error(text), EgressRuleError::Name(..)), "{text}");
        }
    }
}
