//! `trickle init --from`: scripts that fit a legacy store, proven with a known user.

use std::{collections::BTreeMap, time::Duration};

use trickle_model::{Action, Limits, Outcome};
use trickle_pool::Pool;

use super::{
    Args,
    columns::{Users, proposals},
    forms::{Form, Recognised, recognise},
    prove::{self, Chosen, Known},
    report, samples, scripts, secrets,
    store::{PEPPER, Run, Store},
    write,
};
use crate::{
    output::{self, Mistake},
    typed,
};

/// The file beside the scripts with what `--ca` names.
const AUTHORITY: &str = "ca.pem";

/// Looks, proposes, proves, writes.
pub async fn run(args: &Args, url: &str) -> anyhow::Result<u8> {
    let mut store = Store::from_url(url)?;
    if let Some(path) = &args.ca {
        let pem = std::fs::read_to_string(path)
            .map_err(|error| Mistake(format!("read {} of --ca: {error}", path.display())))?;
        let key = store.authority().to_owned();
        store.configuration.insert(key, pem);
    }
    if let Some(path) = &args.pepper {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Mistake(format!("read {} of --pepper: {error}", path.display())))?;
        let pepper = text.trim_end_matches(['\r', '\n']).to_owned();
        store.configuration.insert(PEPPER.to_owned(), pepper);
    }
    let password = match &args.identifier {
        Some(identifier) if args.password_stdin => {
            Some(typed::password(&format!("Password of {identifier}: "))?)
        }
        Some(identifier) => {
            eprintln!("not proven: without --password-stdin nobody logs in as {identifier}");
            None
        }
        None => None,
    };
    let known = match (&args.identifier, &password) {
        (Some(identifier), Some(password)) => Some(Known {
            identifier,
            password,
        }),
        _ => None,
    };
    let pool = args.workers.start(|config| config.spares = 1).await?;
    let done = look(args, &store, known, &pool).await;
    pool.shutdown(Duration::ZERO).await;
    done
}

async fn look(
    args: &Args,
    store: &Store,
    known: Option<Known<'_>>,
    pool: &Pool,
) -> anyhow::Result<u8> {
    let mut users = choose(args, store, pool).await?;
    eprintln!("{}", report::columns(&users));
    let evidence = samples::evidence(store, pool, &mut users).await?;
    let found = recognise(&evidence);
    if found.forms.is_empty() {
        return Err(unwritable(&users, &found).into());
    }
    eprintln!("{}", report::hashes(&found, evidence.looks.is_some()));
    let chosen = match known {
        Some(known) => {
            let (chosen, of) = prove::proven(store, pool, &users, &found.forms, known).await?;
            let way = chosen[of].1.map_or("", |reading| &reading.name);
            eprintln!(
                "proven:  the password of {} fits, as {way}",
                known.identifier
            );
            eprint!("{}", report::unproven(&chosen, Some(of)));
            chosen
        }
        None => {
            let chosen = prove::unproven(&found.forms);
            if chosen.iter().all(|(_, reading)| reading.is_none()) {
                return Err(undecided(&found.forms).into());
            }
            eprint!("{}", report::unproven(&chosen, None));
            chosen
        }
    };
    keep(args, store, pool, &users, &chosen, known).await
}

/// Writes the folder.
async fn keep(
    args: &Args,
    store: &Store,
    pool: &Pool,
    users: &Users,
    chosen: &[Chosen<'_>],
    known: Option<Known<'_>>,
) -> anyhow::Result<u8> {
    let comparison = prove::comparison(chosen);
    let mut files = vec![
        (
            "login.js".to_owned(),
            scripts::login(store.kind, users, &comparison),
        ),
        (
            "get_user.js".to_owned(),
            scripts::get_user(store.kind, users),
        ),
        ("trickle.toml".to_owned(), settings(store, known)),
    ];
    files.extend(counting(store, pool, users).await);
    if let Some(pem) = store.configuration.get(store.authority())
        && std::fs::read_to_string(args.folder.join(AUTHORITY))
            .ok()
            .as_ref()
            != Some(pem)
    {
        files.push((AUTHORITY.to_owned(), pem.clone()));
    }
    let values = secrets(store, known);
    let environment = secrets::merged(&args.folder, &values, args.force)?;
    write(&args.folder, &files, args.force)?;
    secrets::write(&args.folder, &environment)?;
    let folder = args.folder.display();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    eprintln!("\nwrote {}, .env and types to {folder}\n", names.join(", "));
    match known {
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
    let run = Run {
        action: Action::Count,
        script: &script,
        arguments: Vec::new(),
        limits: Limits::default(),
    };
    match store.run(pool, run).await {
        Outcome::Done(number) => {
            eprintln!("users:   {number}");
            Some(("count.js".to_owned(), script))
        }
        other => {
            eprintln!(
                "users:   not counted, so that there is no count.js: {}",
                output::line(&store.masked(&other.to_string()))
            );
            None
        }
    }
}

/// Why no scripts can be written, and what to do.
fn unwritable(users: &Users, found: &Recognised) -> Mistake {
    let what = match found.total {
        0 => "no row has one".to_owned(),
        total => format!(
            "{total} are {}, and no script can compare them",
            found.summary
        ),
    };
    Mistake(format!(
        "write a comparison for the hashes in {}: {what}. Choose another table with --table; or begin with a template (`trickle init --list`) and write the comparison into login.js; or import the users with their hashes, see docs/reference/password-hashes.md",
        output::line(&users.hash.column)
    ))
}

/// Why nothing is written before a password is known.
fn undecided(forms: &[Form]) -> Mistake {
    let names: Vec<&str> = forms.iter().map(|form| form.name.as_str()).collect();
    Mistake(format!(
        "tell how the hashes are made: {} can be made in many ways, and one password tells which it is. Name a user whose password you know, with --identifier and --password-stdin",
        names.join(", ")
    ))
}

async fn choose(args: &Args, store: &Store, pool: &Pool) -> anyhow::Result<Users> {
    let columns = store.columns(pool).await?;
    let mut found = proposals(store.kind, &columns);
    if let Some(table) = &args.table {
        found.retain(|users| users.has_table(table));
    }
    let others: Vec<String> = found
        .iter()
        .skip(1)
        .map(|users| users.table.join("."))
        .collect();
    if !others.is_empty() {
        let others = output::line(&others.join(", "));
        eprintln!("also possible: {others}; --table chooses");
    }
    found.into_iter().next().ok_or_else(|| {
        Mistake(format!(
            "find the users: of {} columns, no table has an address, a password and a key, alone or with others that have its key{}. Does this account see the users' table? Otherwise begin with a template: `trickle init --list`",
            columns.len(),
            args.table.as_ref().map_or(String::new(), |table| format!(
                ", or none is called {table}"
            ))
        ))
        .into()
    })
}

fn settings(store: &Store, known: Option<Known<'_>>) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let allowed: Vec<String> = store.targets.iter().map(|target| text(target)).collect();
    let mut lines = vec![
        "[network]".to_owned(),
        "# Private addresses that the scripts may reach.".to_owned(),
        format!("allow = [{}]", allowed.join(", ")),
        String::new(),
        "[configuration]".to_owned(),
    ];
    for (key, value) in &store.configuration {
        if key == store.secret() || key == PEPPER {
            lines.push(format!("{key} = {{ env = {} }}", text(key)));
        } else if key == store.authority() {
            lines.push(format!("{key} = {{ file = {} }}", text(AUTHORITY)));
        } else {
            lines.push(format!("{key} = {}", text(value)));
        }
    }
    lines.push(String::new());
    lines.push("[test]".to_owned());
    lines.push("# A user whose password you know; trickle test logs in as this one.".to_owned());
    match known {
        Some(known) => {
            lines.push(format!("identifier = {}", text(known.identifier)));
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
fn secrets<'a>(store: &'a Store, known: Option<Known<'a>>) -> BTreeMap<&'a str, &'a str> {
    let secret = store.secret();
    let value = store.configuration.get(secret).map_or("", String::as_str);
    let mut values = BTreeMap::from([(secret, value)]);
    let pepper = store.configuration.get(PEPPER);
    values.extend(pepper.map(|pepper| (PEPPER, pepper.as_str())));
    values.extend(known.map(|known| ("TEST_PASSWORD", known.password)));
    values
}
