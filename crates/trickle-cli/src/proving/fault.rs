//! A legacy store that misbehaves: a proxy in front of the true one.

use std::{net::SocketAddr, str::FromStr, time::Duration};

use super::rename;
use anyhow::Context as _;
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub enum Fault {
    /// Nothing listens.
    Down,
    /// Whatever the store sends comes later by this.
    Slow(Duration),
    /// Connections are taken, and nothing is ever said.
    HalfOpen,
    /// Connections end as soon as the script has sent something.
    Reset,
    /// The answer is no answer.
    Garbage,
    /// Tables have other names than the script asks for; stores without SQL are left as they are.
    WrongSchema,
}

impl Fault {
    /// When a run under it ends; `None` where the connection's own limit holds.
    pub fn wall(self) -> Option<Duration> {
        match self {
            // A driver that loads slowly and then tries several times still gets to say what it met.
            Self::Down | Self::Reset => Some(Duration::from_secs(20)),
            // Whoever waits for a word would wait for all of it.
            Self::HalfOpen | Self::Garbage => Some(Duration::from_secs(8)),
            Self::Slow(_) | Self::WrongSchema => None,
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            format!(
                "there is no fault {text:?}; there are down, slow:MS, half-open, reset, garbage, wrong-schema"
            )
        };
        match text {
            "down" => Ok(Self::Down),
            "half-open" => Ok(Self::HalfOpen),
            "reset" => Ok(Self::Reset),
            "garbage" => Ok(Self::Garbage),
            "wrong-schema" => Ok(Self::WrongSchema),
            _ => {
                let number = text.strip_prefix("slow:").ok_or_else(unknown)?;
                let ms: u32 = number.parse().map_err(|_| unknown())?;
                Ok(Self::Slow(Duration::from_millis(ms.into())))
            }
        }
    }
}

impl TryFrom<String> for Fault {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Down => f.write_str("down"),
            Self::Slow(by) => write!(f, "slow:{}", by.as_millis()),
            Self::HalfOpen => f.write_str("half-open"),
            Self::Reset => f.write_str("reset"),
            Self::Garbage => f.write_str("garbage"),
            Self::WrongSchema => f.write_str("wrong-schema"),
        }
    }
}

/// Listens in the true store's place, and misbehaves until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    /// Holds the port where nothing listens.
    _held: Option<TcpSocket>,
    serving: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Begins to misbehave in front of `HOST:PORT`; only in a runtime.
    pub fn start(fault: Fault, target: &str) -> anyhow::Result<Self> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let socket = TcpSocket::new_v4().context("open a socket for the fault")?;
        socket.bind(any).context("find a port for the fault")?;
        let address = socket.local_addr().context("find a port for the fault")?;
        if fault == Fault::Down {
            return Ok(Self {
                address,
                _held: Some(socket),
                serving: None,
            });
        }
        let listener = socket.listen(64).context("listen for the fault")?;
        let serving = tokio::spawn(serve(listener, fault, target.to_owned()));
        Ok(Self {
            address,
            _held: None,
            serving: Some(serving),
        })
    }

    /// Where it listens, or does not.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn serve(listener: TcpListener, fault: Fault, target: String) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let target = target.clone();
        // A connection that fails is what was wanted.
        connections.spawn(async move {
            let _ = misbehave(client, fault, &target).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn misbehave(mut client: TcpStream, fault: Fault, target: &str) -> std::io::Result<()> {
    match fault {
        Fault::Down => Ok(()),
        Fault::Slow(by) => relay(client, target, by, |_| {}).await,
        Fault::WrongSchema => relay(client, target, Duration::ZERO, rename::tables).await,
        Fault::HalfOpen => swallow(&mut client).await,
        Fault::Reset => {
            // Servers that speak first are cut off after a moment, those that listen first after the first bytes.
            let mut first = [0; 1];
            let _ = tokio::time::timeout(Duration::from_millis(200), client.read(&mut first)).await;
            client.set_zero_linger()
        }
        Fault::Garbage => {
            client
                .write_all(&[0x15, 0xff, 0x00, b'?', b'!', 0x0a, 0x80, 0x7f].repeat(8))
                .await?;
            swallow(&mut client).await
        }
    }
}

async fn swallow(client: &mut TcpStream) -> std::io::Result<()> {
    let mut buffer = vec![0; 4096];
    while client.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// Passes on what comes: to the store with a change, from it later by some time.
async fn relay(
    client: TcpStream,
    target: &str,
    by: Duration,
    change: fn(&mut [u8]),
) -> std::io::Result<()> {
    let server = TcpStream::connect(target).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async {
        let mut buffer = vec![0; 16 << 10];
        loop {
            let size = from_client.read(&mut buffer).await?;
            if size == 0 {
                return to_server.shutdown().await;
            }
            change(&mut buffer[..size]);
            to_server.write_all(&buffer[..size]).await?;
        }
    };
    let back = async {
        let mut buffer = vec![0; 16 << 10];
        loop {
            let size = from_server.read(&mut buffer).await?;
            if size == 0 {
                return to_client.shutdown().await;
            }
            tokio::time::sleep(by).await;
            to_client.write_all(&buffer[..size]).await?;
        }
    };
    tokio::try_join!(there, back).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_and_written_alike() {
        for text in [
            "down",
            "slow:250",
            "half-open",
            "reset",
            "garbage",
            "wrong-schema",
        ] {
            assert_eq!(
                text.parse::<Fault>()
                    .map(|fault| fault.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        for text in ["", "slow", "slow:", "slow:x", "slow:-1", "Down"] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn each_fault_looks_as_it_is_called() {
        let truth = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = truth.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = truth.accept().await {
                client.write_all(b"hello").await.unwrap();
            }
        });
        let say = async |fault: Fault| {
            // Only one of them never says anything.
            let limit = Duration::from_secs(if fault == Fault::HalfOpen { 1 } else { 60 });
            let proxy = Proxy::start(fault, &target).unwrap();
            let mut stream = TcpStream::connect(proxy.address()).await?;
            stream.write_all(b"x").await?;
            let mut buffer = [0; 5];
            let read = tokio::time::timeout(limit, stream.read(&mut buffer));
            match read.await {
                Ok(read) => read.map(|size| Some(buffer[..size].to_vec())),
                Err(_) => Ok(None),
            }
        };
        let kind = |result: std::io::Result<Option<Vec<u8>>>| result.unwrap_err().kind();
        assert_eq!(
            kind(say(Fault::Down).await),
            std::io::ErrorKind::ConnectionRefused
        );
        assert_eq!(
            kind(say(Fault::Reset).await),
            std::io::ErrorKind::ConnectionReset
        );
        assert_eq!(say(Fault::HalfOpen).await.unwrap(), None);
        assert_eq!(
            say(Fault::Slow(Duration::from_millis(50)))
                .await
                .unwrap()
                .unwrap(),
            b"hello"
        );
        assert_ne!(say(Fault::Garbage).await.unwrap().unwrap(), b"hello");
    }
}
