//! How many connections there may be: each takes a descriptor of the server, without which it starts no worker.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::http::Request;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tower::Service;

use super::proxies::Proxies;

/// A network of one customer has so many leading bits (RFC 6177 §2).
const CUSTOMER: u32 = 64;

/// Lets so many connections in, and of one address a quarter of them. A proxy on this machine, or one that is
/// believed, may have them all.
#[derive(Clone)]
pub struct Door {
    most: usize,
    proxies: Proxies,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

impl Door {
    /// For at most so many.
    pub fn new(most: usize, proxies: Proxies) -> Self {
        Self {
            most,
            proxies,
            inside: Arc::default(),
        }
    }

    /// Lets one in; nothing where it is full.
    fn enter(&self, address: IpAddr) -> Option<Place> {
        let may_fill = address.to_canonical().is_loopback() || self.proxies.have(address);
        let address = customer_of(address);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let own = inside.of.get(&address).copied().unwrap_or_default();
        let most_of_one = if may_fill {
            self.most
        } else {
            (self.most / 4).max(1)
        };
        if inside.all >= self.most || own >= most_of_one {
            return None;
        }
        inside.all += 1;
        inside.of.insert(address, own + 1);
        Some(Place {
            address,
            inside: Arc::clone(&self.inside),
        })
    }
}

fn customer_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> CUSTOMER << CUSTOMER).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// A connection's; dropping it leaves it to another.
struct Place {
    address: IpAddr,
    inside: Arc<Mutex<Inside>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.all -= 1;
        let own = inside.of.get_mut(&self.address);
        if let Some(own) = own.filter(|own| **own > 1) {
            *own -= 1;
        } else {
            inside.of.remove(&self.address);
        }
    }
}

/// Accepts what the door lets in.
#[derive(Clone)]
pub struct Guarded<A> {
    pub door: Door,
    pub inner: A,
}

impl<A, S> Accept<TcpStream, S> for Guarded<A>
where
    A: Accept<TcpStream, Placed<S>>,
    A::Future: Send + 'static,
{
    type Stream = A::Stream;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(A::Stream, A::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = stream.peer_addr().map(|peer| self.door.enter(peer.ip()));
        match place {
            Ok(Some(place)) => {
                let place = Arc::new(place);
                Box::pin(self.inner.accept(stream, Placed { service, place }))
            }
            Ok(None) => Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) }),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

/// The service of one connection, which has its place as long as that.
#[derive(Clone)]
pub struct Placed<S> {
    service: S,
    #[expect(dead_code, reason = "held until the connection ends")]
    place: Arc<Place>,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Placed<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(most: usize) -> Door {
        Door::new(most, Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]))
    }

    #[test]
    fn one_address_does_not_fill_it() {
        let door = door(8);
        let [own, near, other]: [IpAddr; 3] =
            ["2600::1", "2600::2", "192.0.2.1"].map(|ip| ip.parse().unwrap());
        let first = door.enter(own).unwrap();
        let _second = door.enter(near).unwrap();
        assert!(door.enter(own).is_none());
        let _others = [door.enter(other).unwrap(), door.enter(other).unwrap()];
        assert!(door.enter(other).is_none());
        drop(first);
        assert!(door.enter(own).is_some());
    }

    #[test]
    fn a_proxy_may_fill_it() {
        for proxy in ["::1", "10.0.0.7"] {
            let (door, proxy) = (door(4), proxy.parse().unwrap());
            let places: Vec<_> = (0..4).map(|_| door.enter(proxy).unwrap()).collect();
            assert_eq!(places.len(), 4);
            assert!(door.enter(proxy).is_none());
        }
    }

    #[test]
    fn all_together_do_not_overfill_it() {
        let door = door(4);
        let enter = |last: u8| door.enter(IpAddr::from([192, 0, 2, last]));
        let places: Vec<_> = (1..=4).map(|last| enter(last).unwrap()).collect();
        assert!(enter(5).is_none());
        drop(places);
        assert!(enter(5).is_some());
        assert!(door.inside.lock().unwrap().of.len() <= 1);
    }
}
