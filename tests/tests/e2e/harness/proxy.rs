//! A network between the scripts and the legacy store that fails in every way.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
};
use trickle_testkit::tcp::Refused;

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// It carries everything.
    Fair,
    /// Nothing listens.
    Refuses,
    /// Connections are cut as soon as something was sent.
    Drops,
    /// Connections are taken, and nothing is ever said.
    Stalls,
    /// The store's side ends without an answer.
    HalfCloses,
    /// What the store says arrives damaged.
    Corrupts,
}

/// A proxy on one address for its whole life.
pub struct Proxy {
    place: Refused,
    target: SocketAddr,
    weather: Arc<Mutex<Weather>>,
    taken: Arc<AtomicUsize>,
    serving: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Begins in fair weather; serves until the runtime ends.
    pub async fn start(target: SocketAddr) -> Self {
        let mut proxy = Self {
            place: Refused::start(),
            target,
            weather: Arc::new(Mutex::new(Weather::Fair)),
            taken: Arc::default(),
            serving: None,
        };
        proxy.listen();
        tokio::task::yield_now().await;
        proxy
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.place.addr())
    }

    /// How many connections it has taken.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// Changes the weather, for open connections too.
    pub async fn turn(&mut self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
        // Connections end with their task: none outlives its weather.
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
        if weather != Weather::Refuses {
            self.listen();
        }
    }

    fn listen(&mut self) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.place.addr()).unwrap();
        let listener = socket.listen(256).unwrap();
        let (target, weather) = (self.target, Arc::clone(&self.weather));
        let taken = Arc::clone(&self.taken);
        self.serving = Some(tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                taken.fetch_add(1, Ordering::SeqCst);
                let weather = *weather.lock().unwrap();
                connections.spawn(async move {
                    // A connection that fails is what was wanted.
                    let _ = carry(client, target, weather).await;
                });
            }
        }));
    }
}

async fn carry(mut client: TcpStream, target: SocketAddr, weather: Weather) -> std::io::Result<()> {
    let mut first = vec![0_u8; 16 << 10];
    match weather {
        Weather::Fair => {
            let mut server = TcpStream::connect(target).await?;
            copy_bidirectional(&mut client, &mut server).await?;
        }
        Weather::Refuses => {}
        Weather::Drops => {
            let _ = client.read(&mut first).await?;
            client.set_zero_linger()?;
        }
        Weather::Stalls => while client.read(&mut first).await? > 0 {},
        Weather::HalfCloses => {
            let _ = client.read(&mut first).await?;
            client.shutdown().await?;
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        Weather::Corrupts => {
            let mut server = TcpStream::connect(target).await?;
            let asked = client.read(&mut first).await?;
            server.write_all(&first[..asked]).await?;
            let said = server.read(&mut first).await?;
            for byte in &mut first[..said] {
                *byte ^= 0x5a;
            }
            client.write_all(&first[..said]).await?;
            while client.read(&mut first).await? > 0 {}
        }
    }
    Ok(())
}
