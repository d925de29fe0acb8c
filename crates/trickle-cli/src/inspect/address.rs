use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

/// What Node.js takes, and DevTools look at.
const PORT: u16 = 9229;

/// Where debuggers come to: `PORT`, `HOST` or `HOST:PORT`. Only this machine: who attaches sees passwords, and makes the script do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InspectAddress(pub SocketAddr);

const FORM: &str = "write it as PORT, HOST or HOST:PORT, where HOST is localhost or an IP address";
const NOT_LOOPBACK: &str = "use an address of this machine alone, 127.0.0.1 or [::1]; from elsewhere come by ssh -L 9229:127.0.0.1:9229";

impl FromStr for InspectAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let localhost = IpAddr::from(Ipv4Addr::LOCALHOST);
        let text = text.strip_prefix(':').unwrap_or(text);
        let text = text.replacen("localhost", "127.0.0.1", 1);
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        let address = if let Ok(port) = text.parse() {
            SocketAddr::new(localhost, port)
        } else if let Ok(ip) = bare.parse() {
            SocketAddr::new(ip, PORT)
        } else {
            text.parse().map_err(|_| FORM)?
        };
        if address.ip().is_loopback() {
            Ok(Self(address))
        } else {
            Err(NOT_LOOPBACK)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_addresses() {
        for (text, expected) in [
            ("9230", "127.0.0.1:9230"),
            (":0", "127.0.0.1:0"),
            ("localhost", "127.0.0.1:9229"),
            ("localhost:1", "127.0.0.1:1"),
            ("127.0.0.2", "127.0.0.2:9229"),
            ("[::1]", "[::1]:9229"),
            ("[::1]:7", "[::1]:7"),
        ] {
            let address: InspectAddress = text.parse().unwrap();
            assert_eq!(address.0, expected.parse().unwrap(), "{text}");
        }
        for text in [
            "0.0.0.0:9229",
            "192.168.1.1",
            "[::]:1",
            "example.com:9229",
            "",
            "99999",
        ] {
            assert!(text.parse::<InspectAddress>().is_err(), "{text}");
        }
    }
}
