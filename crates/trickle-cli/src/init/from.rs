//! `trickle init --from`: scripts that fit a legacy store, proven with a known user.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufRead as _,
    time::Duration,
};

use anyhow::Context as _;
use serde_json::json;
use trickle_model::{Action, Outcome};
use trickle_pool::Pool;

use super::{
    Args,
    columns::{Users, Verified, proposals},
    schemes::{Comparison, Recognised, recognise},
    scripts, secrets,
    store::{Store, execute},
    write,
};
use crate::output::{self, Mistake};

/// Looks, proposes, proves, writes.
pub async fn run(args: &Args, url: &str) -> anyhow::Result<u8> {
    let store = Store::from_url(url)?;
    let password = args.password_stdin.then(read_password).transpose()?;
    if let (Some(identifier), None) = (&args.identifier, &password) {
        eprintln!("not proven: without --password-stdin nobody logs in as {identifier}");
    }
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
    let mut users = choose(args, store, pool).await?;
    eprintln!("{}", description(&users));
    let samples = samples(store, pool, &users).await?;
    users.capitals = samples.capitals;
    let found = recognise(&samples.hashes, users.salt.is_some());
    if found.ways.is_empty() {
        return Err(unwritable(&users, &samples.hashes, &found).into());
    }
    eprintln!("hashes:  {}", found.summary);
    let (way, proof) = match (&args.identifier, password) {
        (Some(identifier), Some(password)) => {
            let way = prove(store, pool, &users, found.ways, identifier, password).await?;
            eprintln!(
                "proven:  the password of {identifier} fits, as {}",
                way.name
            );
            (way, Some((identifier.as_str(), password)))
        }
        _ => (
            found
                .ways
                .into_iter()
                .next()
                .context("take the first of the forms")?,
            None,
        ),
    };
    let mut files = vec![
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
    files.extend(counting(store, pool, &users).await);
    let values = secrets(store, proof.map(|it| it.1));
    let environment = secrets::merged(&args.folder, &values, args.force)?;
    write(&args.folder, &files, args.force)?;
    secrets::write(&args.folder, &environment)?;
    let folder = args.folder.display();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    eprintln!("\nwrote {}, .env and types to {folder}\n", names.join(", "));
    match proof {
        Some(_) => eprintln!("Now run `trickle test {folder}`"),
        None => eprintln!(
            "Nothing is proven yet: write a user whose password you know into [test] of trickle.toml, then run `trickle test {folder}`"
        ),
    }
    Ok(output::SUCCESS)
}

/// `count.js`, where counting works: a store may be too large for it.
async fn counting(store: &Store, pool: &Pool, users: &Users) -> Option<(String, String)> {
    let script = scripts::count(store.kind, users);
    let (configuration, targets) = (&store.configuration, &store.targets);
    match execute(pool, Action::Count, &script, configuration, targets, vec![]).await {
        Outcome::Done(number) => {
            eprintln!("users:   {number}");
            Some(("count.js".to_owned(), script))
        }
        other => {
            eprintln!(
                "users:   not counted, so that there is no count.js: {}",
                store.masked(&other.to_string())
            );
            None
        }
    }
}

/// Why no scripts can be written, and what to do.
fn unwritable(users: &Users, hashes: &[String], found: &Recognised) -> Mistake {
    let what = if hashes.is_empty() {
        "no row has one".to_owned()
    } else {
        format!(
            "{} samples are {}, and no script can be written that takes all of them",
            hashes.len(),
            found.summary
        )
    };
    Mistake(format!(
        "write a comparison for the hashes in {}: {what}. Choose another table with --table; or begin with a template (`trickle init --list`) and write the comparison into login.js; or import the users with their hashes, see docs/reference/password-hashes.md",
        users.hash
    ))
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
            "find the users: of {} columns, no table has an address, a password and a key{}. Does this account see the users' table? Otherwise begin with a template: `trickle init --list`",
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
    if !users.states.is_empty() {
        let columns: Vec<&str> = users.states.values().map(String::as_str).collect();
        lines.push(format!(
            "not heeded: {}; the scripts have a check in a comment, to be used where it shuts users out",
            columns.join(", ")
        ));
    }
    lines.join("\n")
}

/// What was read of the users.
struct Samples {
    hashes: Vec<String>,
    /// Whether some address has capitals.
    capitals: bool,
}

async fn samples(store: &Store, pool: &Pool, users: &Users) -> anyhow::Result<Samples> {
    let columns = BTreeSet::from([&users.hash, &users.email, &users.id]);
    let sample = json!({
        "table": users.table, "columns": columns, "hash": users.hash, "id": users.id,
    });
    let rows = store.samples(pool, &sample).await?;
    let texts = |column: &str| -> Vec<String> {
        rows.iter()
            .filter_map(|row| row.get(column).cloned().flatten())
            // Accounts of other kinds have an empty hash.
            .filter(|text| !text.is_empty())
            .collect()
    };
    Ok(Samples {
        hashes: texts(&users.hash),
        capitals: texts(&users.email)
            .iter()
            .any(|email| email.chars().any(char::is_uppercase)),
    })
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
            &store.targets,
            arguments,
        )
        .await
        {
            Outcome::Profile(_) => return Ok(way),
            Outcome::WrongCredentials(_) => {}
            other => {
                return Err(anyhow::anyhow!("{}", store.masked(&other.to_string())))
                    .context("try the script that was written");
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
    let allowed: Vec<String> = store.targets.iter().map(|target| text(target)).collect();
    let secret = store.secret();
    let mut lines = vec![
        "[network]".to_owned(),
        "# Private addresses that the scripts may reach.".to_owned(),
        format!("allow = [{}]", allowed.join(", ")),
        String::new(),
        "[configuration]".to_owned(),
    ];
    for (key, value) in &store.configuration {
        if key == secret {
            lines.push(format!("{key} = {{ env = {} }}", text(key)));
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

/// What `.env` is to hold, by name.
fn secrets<'a>(store: &'a Store, password: Option<&'a str>) -> BTreeMap<&'a str, &'a str> {
    let secret = store.secret();
    let value = store.configuration.get(secret).map_or("", String::as_str);
    let mut values = BTreeMap::from([(secret, value)]);
    values.extend(password.map(|password| ("TEST_PASSWORD", password)));
    values
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
