//! Asking: attempts of all kinds in an order that nobody foresees, so that all meet the same conditions.

use std::{collections::BTreeMap, net::Ipv6Addr, sync::Arc, time::Instant};

use anyhow::Context as _;
use rand::{Rng as _, TryRngCore as _, rngs::OsRng, seq::SliceRandom as _};
use serde_json::{Value, json};

use crate::remote::{Remote, Server};

/// Attempts of each kind before those that count: the server's grid finds its width.
const WARM_UP: u32 = 20;

/// Of whom a password is guessed; the guess is wrong in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Nobody knows the identifier.
    Unknown,
    /// The legacy store alone knows it.
    Unmigrated,
    /// The user is native.
    Migrated,
}

impl Who {
    pub(super) const ALL: [Self; 3] = [Self::Unknown, Self::Unmigrated, Self::Migrated];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unmigrated => "unmigrated",
            Self::Migrated => "migrated",
        }
    }
}

/// Asks one server.
pub(super) struct Asker {
    server: Server,
    order: Value,
    unmigrated: Vec<String>,
    migrated: Vec<String>,
}

impl Asker {
    pub(super) fn new(
        server: Server,
        remote: &Remote,
        unmigrated: Vec<String>,
        migrated: Vec<String>,
    ) -> Self {
        let order = json!({
            "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
            "client_id": remote.client_id, "client_secret": remote.client_secret,
            "realm": remote.connection, "scope": "openid",
        });
        Self {
            server,
            order,
            unmigrated,
            migrated,
        }
    }

    /// The times in seconds of `samples` attempts of each kind, sorted.
    pub(super) async fn measure(
        self,
        samples: u32,
        at_once: u32,
    ) -> anyhow::Result<BTreeMap<Who, Vec<f64>>> {
        let asker = Arc::new(self);
        let warming = plan(WARM_UP);
        asker.clone().all(warming, at_once).await?;
        let mut taken: BTreeMap<Who, Vec<f64>> = BTreeMap::new();
        for (who, seconds) in asker.all(plan(samples), at_once).await? {
            taken.entry(who).or_default().push(seconds);
        }
        for samples in taken.values_mut() {
            samples.sort_unstable_by(f64::total_cmp);
        }
        Ok(taken)
    }

    async fn all(self: Arc<Self>, plan: Vec<Who>, at_once: u32) -> anyhow::Result<Vec<(Who, f64)>> {
        let queue = Arc::new(std::sync::Mutex::new(plan));
        let mut askers = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let (asker, queue) = (Arc::clone(&self), Arc::clone(&queue));
            askers.spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.pop());
                    let Some(who) = next else { break };
                    taken.push((who, asker.once(who).await?));
                }
                anyhow::Ok(taken)
            });
        }
        let mut all = Vec::new();
        while let Some(done) = askers.join_next().await {
            all.extend(done.context("ask")??);
        }
        Ok(all)
    }

    /// One attempt, from an address of its own: nobody is shut out for it.
    async fn once(&self, who: Who) -> anyhow::Result<f64> {
        let mut rng = OsRng.unwrap_err();
        let number: u64 = rng.random();
        let pick = |all: &[String], number: u64| {
            let index = number % all.len() as u64;
            all[usize::try_from(index).unwrap_or_default()].clone()
        };
        let identifier = match who {
            Who::Unknown => format!("unknown-{number:016x}@example.com"),
            Who::Unmigrated => pick(&self.unmigrated, number),
            Who::Migrated => pick(&self.migrated, number),
        };
        let mut order = self.order.clone();
        order["username"] = identifier.into();
        order["password"] = format!("no password {:032x}", rng.random::<u128>()).into();
        // RFC 3849: addresses of nobody.
        let host: u64 = rng.random();
        let address = Ipv6Addr::from((0x2001_0db8_u128 << 96) | u128::from(host));
        let began = Instant::now();
        let answer = self.server.guess(&order, address).await?;
        let taken = began.elapsed().as_secs_f64();
        anyhow::ensure!(
            answer["error"] == "invalid_grant",
            "ask about an {} identifier: the server answered {:?} instead of a wrong password",
            who.name(),
            answer["error"].as_str().unwrap_or("something else")
        );
        Ok(taken)
    }
}

fn plan(samples: u32) -> Vec<Who> {
    let mut plan: Vec<Who> = (0..samples).flat_map(|_| Who::ALL).collect();
    plan.shuffle(&mut OsRng.unwrap_err());
    plan
}
