//! What a recording holds.

use std::net::SocketAddr;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::prelude::Beginning;

/// All that passed between a run and the network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// What random numbers and time began with.
    pub beginning: Beginning,
    /// Questions about names with their answers, in the protocol's JSON.
    pub names: Vec<[String; 2]>,
    /// In the order in which they were asked for.
    pub connections: Vec<Connection>,
}

/// One connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connection {
    /// Where to.
    pub to: SocketAddr,
    /// The error that it failed with, as the system numbers it.
    pub failed: Option<i32>,
    /// What passed, in its order.
    pub passed: Vec<Passed>,
}

/// Something that passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// From the script.
    Sent(Bytes),
    /// To the script.
    Received(Bytes),
    /// The other side said its last.
    Closed,
    /// The other side broke it off.
    Broken,
}

/// Bytes, base64 in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD
            .decode(text)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl Connection {
    /// A connection to which nothing has happened yet.
    pub const fn new(to: SocketAddr) -> Self {
        Self {
            to,
            failed: None,
            passed: Vec::new(),
        }
    }

    /// Whether TLS begins in it: a handshake record (RFC 8446 §5.1) in which the script says hello, alone or inside of a packet of SQL
    /// Server.
    pub fn is_encrypted(&self) -> bool {
        self.passed.iter().any(|passed| match passed {
            Passed::Sent(Bytes(bytes)) => [0, TDS_HEADER].into_iter().any(|skipped| {
                let bytes = bytes.get(skipped..).unwrap_or_default();
                matches!(bytes, [0x16, 0x03, 0..=4, _, _, 0x01, ..])
                    && (skipped == 0 || bytes.len() > TDS_HEADER)
            }),
            _ => false,
        })
    }
}

/// Bytes before the handshake where it travels inside of TDS packets (MS-TDS §2.2.3.1).
const TDS_HEADER: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_is_known_by_its_first_bytes() {
        let sent = |bytes: &[u8]| {
            let mut connection = Connection::new("127.0.0.1:1".parse().unwrap());
            connection.passed.push(Passed::Sent(Bytes(bytes.to_vec())));
            connection
        };
        let hello = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3];
        assert!(sent(&hello).is_encrypted());
        assert!(sent(&[&[18, 1, 0, 213, 0, 0, 0, 0][..], &hello].concat()).is_encrypted());
        assert!(!sent(b"GET / HTTP/1.1\r\n").is_encrypted());
        assert!(!sent(&[0x16, 3, 1]).is_encrypted());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut connection = Connection::new("[::1]:5432".parse().unwrap());
        connection.passed = vec![
            Passed::Sent(Bytes(vec![0, 255])),
            Passed::Received(Bytes(Vec::new())),
            Passed::Closed,
        ];
        let text = serde_json::to_string(&connection).unwrap();
        let again: Connection = serde_json::from_str(&text).unwrap();
        assert_eq!(again.passed, connection.passed);
        assert_eq!(again.to, connection.to);
    }
}
