//! A thousand first logins of one user at once.

use std::collections::HashMap;
use std::time::Instant;

use tokio::task::JoinSet;
use trickle_engine::LoginOutcome;

use crate::home::Home;
use crate::pool::end;
use crate::postgres::Server;
use crate::{Bench, Row, Samples, Unit, count, millis};

const CROWD: u32 = 1_000;
const SCRIPT: &str = include_str!("../../scripts/login.js");

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| {}).await?;
    let sqlite = async || Home::on_sqlite(pool.clone(), SCRIPT).await;
    let mut rows = measure(bench, "SQLite", sqlite().await?).await?;
    match Server::start().await {
        Ok(server) => {
            let url = server.fresh_database().await?;
            let home = Home::on_postgres(pool.clone(), SCRIPT, url).await?;
            rows.extend(measure(bench, "PostgreSQL", home).await?);
        }
        Err(error) => {
            let name = format!("{CROWD} first logins of one user on PostgreSQL");
            rows.push(Row::missing(name, format!("{error:#}")));
        }
    }
    end(pool).await;
    Ok(rows)
}

#[derive(Default)]
struct Figures {
    runs: Samples,
    users: Samples,
    equal: Samples,
    answered: Samples,
    logged: Samples,
}

async fn measure(bench: &Bench, database: &str, home: Home) -> anyhow::Result<Vec<Row>> {
    let mut figures = Figures::default();
    for turn in 0..bench.scaled(10) {
        rush(&home, &format!("user{turn}@example.org"), &mut figures).await?;
    }
    home.end().await;
    let name = |what| format!("{CROWD} first logins of one user on {database}: {what}");
    Ok(vec![
        Row::new(name("scripts run"), Unit::Count, &figures.runs).always(1.0),
        Row::new(name("users made"), Unit::Count, &figures.users).always(1.0),
        Row::new(name("equal answers"), Unit::Count, &figures.equal).always(f64::from(CROWD)),
        Row::new(name("all answered"), Unit::Milliseconds, &figures.answered),
        Row::new(name("all logged"), Unit::Milliseconds, &figures.logged),
    ])
}

async fn rush(home: &Home, email: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let (runs, users) = (home.runs(), home.users().await?);
    let request = home.request(email);
    let mut logins = JoinSet::new();
    let began = Instant::now();
    for _ in 0..CROWD {
        let (engine, request) = (home.engine.clone(), request.clone());
        logins.spawn(async move { engine.login(request).await });
    }
    let mut answers: HashMap<String, usize> = HashMap::new();
    while let Some(answer) = logins.join_next().await {
        *answers.entry(text(&answer??)).or_default() += 1;
    }
    figures.answered.add(millis(began.elapsed()));
    home.engine.drain().await;
    figures.logged.add(millis(began.elapsed()));
    figures.runs.add(count(home.runs() - runs));
    figures.users.add(count(home.users().await? - users));
    let most = answers.into_values().max().unwrap_or_default();
    figures.equal.add(count(most as u64));
    Ok(())
}

/// All that the caller is told.
fn text(answer: &LoginOutcome) -> String {
    match answer {
        LoginOutcome::Authenticated { user, .. } => format!("{user:?}"),
        other => format!("{other:?}"),
    }
}
