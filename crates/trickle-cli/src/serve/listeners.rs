//! Sockets, plain and TLS, with one router behind them.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use anyhow::Context as _;
use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use tokio::task::JoinHandle;

use super::tls::Authority;

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
        authority: &Authority,
        names: &[String],
    ) -> anyhow::Result<Self> {
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let mut addresses = Addresses::default();
        let mut tasks = Vec::new();
        if let Some(wanted) = wanted.http {
            let (listener, address) = bind(wanted)?;
            addresses.http = Some(address);
            let server = axum_server::from_tcp(listener).context("listen for HTTP")?;
            tasks.push(tokio::spawn(
                server.handle(handle.clone()).serve(service.clone()),
            ));
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
            tasks.push(tokio::spawn(server.handle(handle.clone()).serve(service)));
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

fn bind(wanted: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted).with_context(|| format!("listen on {wanted}"))?;
    listener.set_nonblocking(true).context("set a socket up")?;
    let address = listener.local_addr().context("read a socket's address")?;
    Ok((listener, address))
}
