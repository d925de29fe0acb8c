//! Questions about names, which the supervisor answers for its workers.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Longest name that is asked for: RFC 1035 §3.1, written out.
pub const NAME_MAX_BYTES: usize = 254;

/// What a worker asks: `{"name":"db.example.com","kind":{"addresses":"any"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameQuestion {
    /// The name, at most [`NAME_MAX_BYTES`].
    pub name: String,
    /// What about it.
    pub kind: NameKind,
}

/// What is asked about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// Its addresses, as `getaddrinfo` finds them.
    Addresses(AddressFamily),
    /// Its DNS records.
    Records(RecordKind),
}

/// Which addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressFamily {
    /// Both.
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// The types of DNS records that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// The name that it stands for.
    Cname,
    /// Mail servers.
    Mx,
    /// Name servers.
    Ns,
    /// Servers of a service; `mongodb+srv` uses them.
    Srv,
    /// Texts; `mongodb+srv` has options there.
    Txt,
}

/// What the supervisor found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameAnswer {
    /// At least one address that the worker may connect to.
    Addresses(Vec<IpAddr>),
    /// At least one record.
    Records(Vec<NameRecord>),
    /// Nothing, and why.
    Nothing(NameFailure),
}

/// A DNS record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameRecord {
    /// Time to live, seconds.
    pub ttl: u32,
    /// What it says.
    pub data: RecordData,
}

/// What a DNS record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordData {
    /// `A` and `AAAA`.
    Address(IpAddr),
    /// `CNAME` and `NS`.
    Name(String),
    /// `MX`.
    Mail {
        /// Lower is tried first.
        preference: u16,
        /// The server.
        exchange: String,
    },
    /// `SRV`.
    Service {
        /// Lower is tried first.
        priority: u16,
        /// Share among those of one priority.
        weight: u16,
        /// Its port.
        port: u16,
        /// Its host.
        target: String,
    },
    /// `TXT`, by parts.
    Text(Vec<String>),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameFailure {
    /// The name does not exist.
    NoSuchName,
    /// It exists and has nothing of that kind.
    NoData,
    /// It is no name.
    BadName,
    /// The name servers do not answer, or not now.
    TryAgain,
    /// The egress rules do not let the worker know.
    Refused,
}
