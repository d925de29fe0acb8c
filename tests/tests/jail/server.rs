//! A web server that the attacker may reach, and that helps it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Ends when dropped.
///
/// - `/to/PORT/HOST`: 302 to `http://HOST:PORT/`.
/// - `/drip`: a body that never ends, a byte at a time.
/// - `/deaf`: reads nothing more and says nothing.
/// - `/bomb`: a body that says to be larger than memory, as fast as it is read.
pub struct Server {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that has gone is no matter.
                tokio::spawn(async move { serve(stream).await.ok() });
            }
        });
        Self { address, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).await?;
    let request = String::from_utf8_lossy(&request[..length]);
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "to", port, host] => {
            let head = format!(
                "HTTP/1.1 302 Found\r\nlocation: http://{host}:{port}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await
        }
        ["", "drip"] => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await?;
            let mut pace = tokio::time::interval(Duration::from_millis(10));
            loop {
                pace.tick().await;
                stream.write_all(b"1\r\nx\r\n").await?;
            }
        }
        ["", "bomb"] => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n";
            stream.write_all(head).await?;
            let body = vec![b'x'; 65536];
            loop {
                stream.write_all(&body).await?;
            }
        }
        ["", "deaf"] => std::future::pending().await,
        _ => {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
            stream.write_all(answer).await
        }
    }
}
