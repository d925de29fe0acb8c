//! A script that asks a PostgreSQL with the `pg` package, as most do: connect, one query, end.

use std::collections::BTreeMap;

use super::versus_node::{Plan, compare};
use crate::pool::Script;
use crate::postgres::Server;
use crate::{Bench, Row, Unit};

const NAME: &str = "login by pg, warm";
/// The user and the password of `pool.rs`.
const USERS: &str = "
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, salt text, password text);
    INSERT INTO users VALUES (1, 'ada@example.org', 'salt',
        encode(sha256('saltcorrect horse battery staple'), 'hex'));
";

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let server = match Server::start().await {
        Ok(server) => server,
        Err(error) => return Ok(vec![Row::missing(NAME, format!("{error:#}"))]),
    };
    let script = Script {
        text: include_str!("../../scripts/pg-login.js").to_owned(),
        configuration: BTreeMap::from([("url".to_owned(), server.database_with(USERS).await?)]),
        allow_net: vec![server.address()],
    };
    let mut rows = Vec::new();
    for at_a_time in [1, 8] {
        let plan = Plan {
            at_a_time,
            turns: bench.scaled(30),
            calls: 32 / at_a_time,
            process_calls: 0,
        };
        let figures = compare(bench, &script, plan).await?;
        let name = format!("{NAME}, {at_a_time} at a time");
        rows.push(match figures.server {
            Some(comparison) => comparison.row(name),
            None => Row::new(name, Unit::Milliseconds, &figures.pool)
                .note("no baseline: node is not in PATH"),
        });
    }
    Ok(rows)
}
