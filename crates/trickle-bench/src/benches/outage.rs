//! What users who are migrated notice of a legacy store that is down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{AbortHandle, JoinSet};
use trickle_engine::LoginOutcome;

use crate::home::Home;
use crate::machine::cores;
use crate::pool::end;
use crate::{Bench, Row, Samples, Unit, millis};

/// Short, so that whatever else runs meets all of them.
const TURN: Duration = Duration::from_millis(250);
/// Logins of each side. Their 99th percentile is the 50th slowest, which one slow moment of the machine does not make.
const LOGINS: usize = 5_000;
/// Between two logins of people who are not migrated.
const PACE: Duration = Duration::from_millis(100);
/// How much slower a login may be.
const BEARABLE: f64 = 1.2;
/// The second is the first once more: what differs between them is the machine's doing.
const SIDES: [(&str, &str); 4] = [
    ("answers", "answers"),
    ("answers", "answers, once more"),
    ("refuses", "refuses"),
    ("stalls", "stalls"),
];

/// What stands where the legacy store should be.
enum Store {
    /// It answers.
    Answers(AbortHandle),
    /// Nothing listens; the port is held.
    Refuses(#[expect(dead_code, reason = "holds the port")] TcpSocket),
    /// It takes connections, and says nothing.
    Stalls(AbortHandle),
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Self::Answers(serving) | Self::Stalls(serving) = self {
            serving.abort();
        }
    }
}

impl Store {
    async fn start(kind: &str) -> anyhow::Result<(Self, u16)> {
        if kind == "refuses" {
            let socket = TcpSocket::new_v4().context("open a socket")?;
            socket.bind(([127, 0, 0, 1], 0).into())?;
            let port = socket.local_addr()?.port();
            return Ok((Self::Refuses(socket), port));
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let answers = kind == "answers";
        let serving = tokio::spawn(async move {
            let mut kept = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                kept.spawn(async move {
                    let mut asked = [0; 256];
                    while client.read(&mut asked).await.is_ok_and(|read| read > 0) {
                        if answers && client.write_all(b"no").await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        let serving = serving.abort_handle();
        Ok(if answers {
            (Self::Answers(serving), port)
        } else {
            (Self::Stalls(serving), port)
        })
    }
}

/// A server, its legacy store, and the time of its migrated users' logins.
struct Side {
    name: &'static str,
    home: Arc<Home>,
    _store: Store,
    times: Samples,
}

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| {}).await?;
    let mut sides = Vec::new();
    for (kind, name) in SIDES {
        let (store, port) = Store::start(kind).await?;
        let script = include_str!("../../scripts/outage.js").replace("PORT", &port.to_string());
        let allow = vec![format!("127.0.0.1:{port}")];
        let home = Home::on_sqlite_reaching(pool.clone(), &script, allow).await?;
        sides.push(Side {
            name,
            home: Arc::new(home),
            _store: store,
            times: Samples::default(),
        });
    }
    let measured = measure(bench, &mut sides).await;
    let rows = measured.map(|()| rows(&sides));
    for side in sides {
        if let Some(home) = Arc::into_inner(side.home) {
            home.end().await;
        }
    }
    end(pool).await;
    rows
}

async fn measure(bench: &Bench, sides: &mut [Side]) -> anyhow::Result<()> {
    for side in &*sides {
        logins(&side.home, Duration::ZERO).await?;
    }
    let mut strangers = JoinSet::new();
    for side in &*sides {
        let home = Arc::clone(&side.home);
        strangers.spawn(async move {
            let mut under_way = JoinSet::new();
            for number in 0_u64.. {
                let request = home.request(&format!("stranger{number}@example.org"));
                let engine = home.engine.clone();
                under_way.spawn(async move { engine.login(request).await });
                while under_way.try_join_next().is_some() {}
                tokio::time::sleep(PACE).await;
            }
        });
    }
    // Breakers are open by then.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let wanted = bench.scaled(LOGINS);
    while sides.iter().any(|side| side.times.len() < wanted) {
        for side in &mut *sides {
            let taken = logins(&side.home, TURN).await?;
            side.times.extend(&taken);
        }
        // Nobody always comes after the same one.
        sides.rotate_left(1);
    }
    sides.sort_by_key(|side| SIDES.iter().position(|(_, name)| *name == side.name));
    strangers.shutdown().await;
    Ok(())
}

fn rows(sides: &[Side]) -> Vec<Row> {
    let quiet = sides.first().and_then(|side| side.times.p99());
    let most = quiet.map_or(0.0, |quiet| BEARABLE * quiet);
    let row = |side: &Side| {
        let name = format!("time of a native login, the legacy store {}", side.name);
        Row::new(name, Unit::Milliseconds, &side.times)
    };
    let (up, down) = sides.split_at(2);
    let up = up.iter().map(row);
    let down = down.iter().map(|side| row(side).p99_at_most(most));
    up.chain(down).collect()
}

/// Times of logins of migrated users, one for each core at a time; each logs in at least once.
async fn logins(home: &Arc<Home>, length: Duration) -> anyhow::Result<Samples> {
    let mut callers = JoinSet::new();
    let began = Instant::now();
    for user in 0..cores().get() {
        let home = Arc::clone(home);
        callers.spawn(async move {
            let request = home.request(&format!("native{user}@example.org"));
            let mut times = Samples::default();
            loop {
                let login = Instant::now();
                let outcome = home.engine.login(request.clone()).await?;
                let is_in = matches!(outcome, LoginOutcome::Authenticated { .. });
                ensure!(is_in, "log in: {}", outcome.name());
                times.add(millis(login.elapsed()));
                if began.elapsed() > length {
                    return Ok(times);
                }
            }
        });
    }
    let mut all = Samples::default();
    while let Some(times) = callers.join_next().await {
        all.extend(&times??);
    }
    Ok(all)
}
