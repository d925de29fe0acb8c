//! `trickle init --from`: scripts that fit a legacy store, proven with a known user.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, Write as _},
    path::Path,
    time::Duration,
};

use anyhow::Context as _;
use serde_json::json;
use trickle_model::{Action, Outcome};
use trickle_pool::Pool;

use super::{
    Args,
    columns::{Users, Verified, proposals},
    schemes::{Comparison, comparisons},
    scripts,
    store::{Store, execute},
    write,
};
use crate::output::{self, Mistake};

/// Looks, proposes, proves, writes.
pub async fn run(args: &Args, url: &str) -> anyhow::Result<u8> {
    let store = Store::from_url(url)?;
    let password = args.password_stdin.then(read_password).transpose()?;
    let pool = args.workers.start(|config| config.spares = 1).await?;
    let done = look(args, &store, password.as_deref(), &pool).await;
    pool.shutdown(Duration::ZERO).await;
    done
}

async fn look(
    args: &Args,
    store: &Store,
    password: Option<&str>,
    pool: &Pool,
) -> anyhow::Result<u8> {
    let users = choose(args, store, pool).await?;
    eprintln!("{}", description(&users));
    let samples = hashes(store, pool, &users).await?;
    let ways = comparisons(&samples, users.salt.is_some());
    if ways.is_empty() {
        let message = format!(
            "recognise the hashes in {}: {} samples have no form that scripts can be written for, or several; begin with a template and write the comparison into login.js",
            users.hash,
            samples.len()
        );
        return Err(Mistake(message).into());
    }
    let (way, proof) = match (&args.identifier, password) {
        (Some(identifier), Some(password)) => {
            let way = prove(store, pool, &users, ways, identifier, password).await?;
            eprintln!("proven: the password of {identifier} fits, as {}", way.name);
            (way, Some((identifier.as_str(), password)))
        }
        _ => (
            ways.into_iter()
                .next()
                .context("take the first of the forms")?,
            None,
        ),
    };
    eprintln!("hashes:  {} ({} samples)", way.name, samples.len());
    let files = vec![
        (
            "login.js".to_owned(),
            scripts::login(store.kind, &users, &way),
        ),
        (
            "get_user.js".to_owned(),
            scripts::get_user(store.kind, &users),
        ),
        (
            "trickle.toml".to_owned(),
            settings(store, proof.map(|it| it.0)),
        ),
    ];
    write(&args.folder, &files, args.force)?;
    write_secrets(&args.folder, store, proof.map(|it| it.1))?;
    let folder = args.folder.display();
    match proof {
        Some(_) => eprintln!(
            "\nwrote login.js, get_user.js, trickle.toml and .env to {folder}\n\nNow run `trickle test {folder}`"
        ),
        None => eprintln!(
            "\nwrote login.js, get_user.js, trickle.toml and .env to {folder}\n\nNothing is proven yet: write a user whose password you know into [test] of trickle.toml, then run `trickle test {folder}`"
        ),
    }
    Ok(output::SUCCESS)
}

async fn choose(args: &Args, store: &Store, pool: &Pool) -> anyhow::Result<Users> {
    let columns = store.columns(pool).await?;
    let mut found = proposals(&columns);
    if let Some(table) = &args.table {
        found.retain(|users| users.table[1] == *table || users.table.join(".") == *table);
    }
    let others: Vec<String> = found
        .iter()
        .skip(1)
        .map(|users| users.table.join("."))
        .collect();
    if !others.is_empty() {
        eprintln!("also possible: {}; --table chooses", others.join(", "));
    }
    found.into_iter().next().ok_or_else(|| {
        Mistake(format!(
            "find the users: of {} columns, no table has an address, a password and a key{}",
            columns.len(),
            args.table.as_ref().map_or(String::new(), |table| format!(
                ", or none is called {table}"
            ))
        ))
        .into()
    })
}

/// The table and what its columns are taken for.
fn description(users: &Users) -> String {
    let mut lines = vec![
        format!("table:   {}", users.table.join(".")),
        format!("id:      {}", users.id),
        format!("email:   {}", users.email),
        format!("hash:    {}", users.hash),
    ];
    lines.extend(users.salt.iter().map(|salt| format!("salt:    {salt}")));
    match &users.verified {
        Some(Verified::Flag(column) | Verified::Since(column)) => {
            lines.push(format!("email_verified: {column}"));
        }
        None => lines.push("email_verified: nothing tells it, so false".to_owned()),
    }
    lines.extend(
        users
            .fields
            .iter()
            .map(|(field, column)| format!("{field}: {column}")),
    );
    lines.join("\n")
}

async fn hashes(store: &Store, pool: &Pool, users: &Users) -> anyhow::Result<Vec<String>> {
    let sample = json!({
        "table": users.table, "columns": [users.hash], "hash": users.hash, "email": users.email,
    });
    let rows = store.samples(pool, "", &sample).await?;
    let hashes = rows
        .into_iter()
        .filter_map(|mut row| row.remove(&users.hash).flatten());
    // Accounts of other kinds have an empty one.
    Ok(hashes.filter(|hash| !hash.is_empty()).collect())
}

/// The first form with which the known user can log in.
async fn prove(
    store: &Store,
    pool: &Pool,
    users: &Users,
    ways: Vec<Comparison>,
    identifier: &str,
    password: &str,
) -> anyhow::Result<Comparison> {
    let tried: Vec<String> = ways.iter().map(|way| way.name.clone()).collect();
    for way in ways {
        let script = scripts::login(store.kind, users, &way);
        let arguments = vec![json!(identifier), json!(password)];
        let configuration = &store.configuration;
        match execute(
            pool,
            Action::Login,
            &script,
            configuration,
            &store.target,
            arguments,
        )
        .await
        {
            Outcome::Profile(_) => return Ok(way),
            Outcome::WrongCredentials(_) => {}
            other => {
                return Err(anyhow::anyhow!("{other}")).context("try the script that was written");
            }
        }
    }
    let message = format!(
        "prove the scripts: {identifier} is unknown, or the password is another one, or the hashes are none of {}; nothing was written",
        tried.join(", ")
    );
    Err(Mistake(message).into())
}

fn settings(store: &Store, identifier: Option<&str>) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let mut lines = vec![
        "[network]".to_owned(),
        "# Private addresses that the scripts may reach.".to_owned(),
        format!("allow = [{}]", text(&store.target)),
        String::new(),
        "[configuration]".to_owned(),
    ];
    for (key, value) in &store.configuration {
        if key == "DB_PASSWORD" {
            lines.push("DB_PASSWORD = { env = \"DB_PASSWORD\" }".to_owned());
        } else {
            lines.push(format!("{key} = {}", text(value)));
        }
    }
    lines.push(String::new());
    lines.push("[test]".to_owned());
    lines.push("# A user whose password you know; trickle test logs in as this one.".to_owned());
    match identifier {
        Some(identifier) => {
            lines.push(format!("identifier = {}", text(identifier)));
            lines.push("password = { env = \"TEST_PASSWORD\" }".to_owned());
        }
        None => {
            lines.push("# identifier = \"jane@example.com\"".to_owned());
            lines.push("# password = { env = \"TEST_PASSWORD\" }".to_owned());
        }
    }
    lines.join("\n") + "\n"
}

/// `.env`, which only its owner can read.
fn write_secrets(folder: &Path, store: &Store, password: Option<&str>) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut values = BTreeMap::from([(
        "DB_PASSWORD",
        store
            .configuration
            .get("DB_PASSWORD")
            .map_or("", String::as_str),
    )]);
    values.extend(password.map(|password| ("TEST_PASSWORD", password)));
    let path = folder.join(".env");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("write {}", path.display()))?;
    for (name, value) in values {
        writeln!(file, "{name}={}", crate::project::quoted(value))
            .with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
