//! Servers that count what reaches them and break off where a script has to notice.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum_server::tls_rustls::RustlsConfig;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use trickle_testkit::{ca::TestCa, tcp::Refused};

type Counts = Arc<Mutex<BTreeMap<String, u32>>>;

/// HTTP, HTTPS and a server that says its last words and ends in one packet. They run until dropped.
pub struct Servers {
    counts: Counts,
    ca: TestCa,
    ports: BTreeMap<&'static str, u16>,
    _closed: Refused,
    _tasks: JoinSet<()>,
}

impl Servers {
    pub async fn start() -> Self {
        let counts = Counts::default();
        let ca = TestCa::new();
        let mut tasks = JoinSet::new();
        let mut ports = BTreeMap::new();
        let http = listener(&mut ports, "HTTP_PORT").await;
        let counted = Arc::clone(&counts);
        tasks.spawn(accept(http, move |socket| {
            serve(socket, Arc::clone(&counted))
        }));
        let ending = listener(&mut ports, "ENDING_PORT").await;
        tasks.spawn(accept(ending, say_last_words));
        let closed = Refused::start();
        ports.insert("CLOSED_PORT", closed.addr().port());
        let https = listener(&mut ports, "HTTPS_PORT").await;
        tasks.spawn(serve_encrypted(https, config(&ca).await));
        Self {
            counts,
            ca,
            ports,
            _closed: closed,
            _tasks: tasks,
        }
    }

    /// Ports, and the certificate of the HTTPS server's authority.
    pub fn configuration(&self) -> BTreeMap<String, String> {
        let ports = self.ports.iter();
        let mut settings: BTreeMap<_, _> = ports
            .map(|(name, port)| ((*name).to_owned(), port.to_string()))
            .collect();
        settings.insert("CA".to_owned(), self.ca.certificate_pem().to_owned());
        settings
    }

    /// Counts from 0 again.
    pub fn forget(&self) {
        self.counts.lock().unwrap().clear();
    }
}

async fn listener(ports: &mut BTreeMap<&'static str, u16>, name: &'static str) -> TcpListener {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    ports.insert(name, listener.local_addr().unwrap().port());
    listener
}

async fn config(ca: &TestCa) -> RustlsConfig {
    // Another test of the process may have installed it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let certificate = ca.certificate_pem().as_bytes().to_vec();
    RustlsConfig::from_pem(certificate, ca.key_pem().as_bytes().to_vec())
        .await
        .unwrap()
}

async fn serve_encrypted(listener: TcpListener, config: RustlsConfig) {
    let router = axum::Router::new().route("/", axum::routing::get(async || "encrypted"));
    let listener = listener.into_std().unwrap();
    let server = axum_server::from_tcp_rustls(listener, config).unwrap();
    server.serve(router.into_make_service()).await.unwrap();
}

async fn accept<F: Future<Output = Option<()>> + Send + 'static>(
    listener: TcpListener,
    serve: impl Fn(TcpStream) -> F + Send,
) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        connections.spawn(serve(socket));
    }
}

/// What was asked may be an HTTP request, so that clients see an answer that is none.
async fn say_last_words(mut socket: TcpStream) -> Option<()> {
    let mut asked = [0; 1024];
    let _ = socket.read(&mut asked).await.ok()?;
    socket.write_all(b"last words\n").await.ok()?;
    socket.shutdown().await.ok()
}

/// `/drop` closes the socket, `/hang` never answers, `/count` says how often a path was asked for;
/// all else is echoed.
async fn serve(socket: TcpStream, counts: Counts) -> Option<()> {
    let mut socket = BufReader::new(socket);
    loop {
        let request = read_request(&mut socket).await?;
        let path = request.path.as_str();
        let body = if let Some(of) = path.strip_prefix("/count") {
            let count = counts.lock().unwrap().get(of).copied();
            count.unwrap_or_default().to_string()
        } else {
            *counts.lock().unwrap().entry(path.to_owned()).or_default() += 1;
            request.echo()
        };
        if path.starts_with("/drop") {
            return None;
        }
        if path.starts_with("/hang") {
            std::future::pending::<()>().await;
        }
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        socket
            .write_all(format!("{head}{body}").as_bytes())
            .await
            .ok()?;
    }
}

struct Request {
    method: String,
    path: String,
    user_agent: String,
    body: String,
}

impl Request {
    fn echo(&self) -> String {
        format!(
            "{} {} {} {}",
            self.method, self.path, self.user_agent, self.body
        )
    }
}

async fn read_request(socket: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    socket
        .read_line(&mut line)
        .await
        .ok()
        .filter(|bytes| *bytes > 0)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let (mut length, mut user_agent) = (0, String::new());
    loop {
        let mut header = String::new();
        socket
            .read_line(&mut header)
            .await
            .ok()
            .filter(|bytes| *bytes > 0)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "user-agent" => value.clone_into(&mut user_agent),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Some(Request {
        method,
        path,
        user_agent,
        body,
    })
}
