//! Sockets, plain and TLS, with one router behind them.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use anyhow::Context as _;
use axum::Router;
use axum_server::{Handle, Server, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use super::{
    door::{Door, Guarded},
    proxies::Proxies,
    tls::Authority,
};

/// The next request of a connection has to be there within this: clients keep idle ones for up to 90 seconds. An HTTP/2 client has to answer
/// within it that it lives.
const SILENCE: Duration = Duration::from_secs(100);

/// Connections, whatever the number of descriptors.
const LEAST: usize = 64;
const MOST: usize = 65_536;

/// Where to listen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Plain HTTP.
    pub http: Option<SocketAddr>,
    /// HTTPS.
    pub https: Option<SocketAddr>,
}

/// Where a server listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses {
    /// Plain HTTP.
    pub http: Option<SocketAddr>,
    /// HTTPS.
    pub https: Option<SocketAddr>,
}

impl Addresses {
    /// As URLs.
    pub fn urls(self) -> impl Iterator<Item = String> {
        let http = self.http.map(|addr| format!("http://{addr}"));
        let https = self.https.map(|addr| format!("https://{addr}"));
        http.into_iter().chain(https)
    }
}

/// Listening sockets and the tasks that serve them.
pub struct Listeners {
    addresses: Addresses,
    handle: Handle<SocketAddr>,
    tasks: Vec<JoinHandle<std::io::Result<()>>>,
}

impl Listeners {
    /// Listens and serves.
    pub async fn start(
        wanted: Wanted,
        app: Router,
        proxies: Proxies,
        authority: &Authority,
        names: &[String],
    ) -> anyhow::Result<Self> {
        let door = Door::new(most_connections(), proxies.clone());
        let app = proxies.in_front_of(app);
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let mut addresses = Addresses::default();
        let mut tasks = Vec::new();
        if let Some(wanted) = wanted.http {
            let (listener, address) = bind(wanted)?;
            addresses.http = Some(address);
            let server = axum_server::from_tcp(listener).context("listen for HTTP")?;
            let server = bounded(server, &door).handle(handle.clone());
            tasks.push(tokio::spawn(server.serve(service.clone())));
        }
        if let Some(wanted) = wanted.https {
            let (listener, address) = bind(wanted)?;
            addresses.https = Some(address);
            let (certificate, key) = authority.issue(names)?;
            let config = RustlsConfig::from_pem(certificate.into_bytes(), key.into_bytes())
                .await
                .context("use the server's certificate")?;
            let server =
                axum_server::from_tcp_rustls(listener, config).context("listen for HTTPS")?;
            let server = bounded(server, &door).handle(handle.clone());
            tasks.push(tokio::spawn(server.serve(service)));
        }
        Ok(Self {
            addresses,
            handle,
            tasks,
        })
    }

    /// Where they listen.
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Takes no more connections and gives those that are open `limit` to finish.
    pub async fn stop(self, limit: Duration) {
        self.handle.graceful_shutdown(Some(limit));
        for task in self.tasks {
            match task.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a listener failed"),
                Err(error) => tracing::error!(%error, "a listener's task failed"),
            }
        }
    }
}

/// Half of the descriptors; workers, the store and files need the others.
fn most_connections() -> usize {
    let limit = trickle_jail::raise_descriptor_limit().ok().flatten();
    let half = limit.and_then(|limit| usize::try_from(limit / 2).ok());
    half.map_or(MOST, |half| half.clamp(LEAST, MOST))
}

/// Ends connections that say nothing, and lets in no more than the door does.
fn bounded<A>(mut server: Server<SocketAddr, A>, door: &Door) -> Server<SocketAddr, Guarded<A>> {
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SILENCE)
        .keep_alive_timeout(SILENCE);
    server.map(|inner| Guarded {
        door: door.clone(),
        inner,
    })
}

fn bind(wanted: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted).with_context(|| format!("listen on {wanted}"))?;
    listener.set_nonblocking(true).context("set a socket up")?;
    let address = listener.local_addr().context("read a socket's address")?;
    Ok((listener, address))
}
