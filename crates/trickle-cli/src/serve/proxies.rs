//! Whose address a request has that came by a proxy.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::{self, Next},
    response::Response,
};
use ipnet::IpNet;

const FORWARDED: &str = "x-forwarded-for";

/// An address, or a network of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy(IpNet);

impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let net = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let net = net.map_err(|_| "expected an address or a network, as 10.0.0.7 or 10.0.0.0/8")?;
        Ok(Self(net))
    }
}

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[Proxy]>);

impl Proxies {
    pub fn new(proxies: Vec<Proxy>) -> Self {
        Self(proxies.into())
    }

    pub fn have(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|proxy| proxy.0.contains(&address))
    }

    /// The last address of `X-Forwarded-For` that none of them has, each of them having added whom it spoke with. What stands before
    /// it anybody may have written.
    fn person(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lists = headers.get_all(FORWARDED).iter().rev();
        let hops = lists.flat_map(|list| list.to_str().unwrap_or_default().rsplit(','));
        let mut person = peer;
        for hop in hops {
            if !self.have(person) {
                break;
            }
            match address(hop.trim()) {
                Some(before) => person = before,
                None => break,
            }
        }
        person
    }

    /// The service with people's addresses in place of those of the proxies.
    pub fn in_front_of(self, app: Router) -> Router {
        if self.0.is_empty() {
            return app;
        }
        app.layer(middleware::from_fn_with_state(self, replace))
    }
}

/// Some proxies add the port.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = |_| hop.parse().map(|address: SocketAddr| address.ip());
    let bare = hop.trim_matches(['[', ']']);
    bare.parse().or_else(with_port).ok()
}

async fn replace(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(&ConnectInfo(peer)) = peer {
        let person = proxies.person(peer.ip(), request.headers());
        if person != peer.ip() {
            let address = SocketAddr::new(person, 0);
            request.extensions_mut().insert(ConnectInfo(address));
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(peer: &str, lists: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "2001:db8::7"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED, list.parse().unwrap());
        }
        let proxies = Proxies::new(proxies.into());
        proxies.person(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_last_who_is_no_proxy_is_the_person() {
        for (peer, lists, expected) in [
            ("10.0.0.7", &["192.0.2.1"][..], "192.0.2.1"),
            ("::ffff:10.0.0.7", &["192.0.2.1"], "192.0.2.1"),
            ("2001:db8::7", &["192.0.2.1:4711"], "192.0.2.1"),
            ("10.0.0.7", &["[2001:db8::9]:4711"], "2001:db8::9"),
            ("10.0.0.7", &["[2001:db8::9]"], "2001:db8::9"),
            ("10.0.0.7", &["192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            ("10.0.0.7", &["192.0.2.1", "10.1.1.1"], "192.0.2.1"),
            ("10.0.0.7", &[], "10.0.0.7"),
        ] {
            assert_eq!(person(peer, lists), expected, "{peer} {lists:?}");
        }
    }

    #[test]
    fn what_people_write_themselves_is_not_believed() {
        for (peer, lists, expected) in [
            ("192.0.2.9", &["192.0.2.1"][..], "192.0.2.9"),
            ("10.0.0.7", &["192.0.2.66, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.7", &["192.0.2.66", "192.0.2.1"], "192.0.2.1"),
            ("10.0.0.7", &["10.0.0.8, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.7", &["192.0.2.66, unknown"], "10.0.0.7"),
        ] {
            assert_eq!(person(peer, lists), expected, "{peer} {lists:?}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for text in ["10.0.0.7", "10.0.0.0/8", "fd00::/8", "fd00::1"] {
            assert!(text.parse::<Proxy>().is_ok(), "{text}");
        }
        for text in ["proxy.internal", "10.0.0.0/33", ""] {
            assert!(text.parse::<Proxy>().is_err(), "{text}");
        }
    }
}
