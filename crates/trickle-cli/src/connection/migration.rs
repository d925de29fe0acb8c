//! A connection's migration on a server: how far it is, its end, and who has not moved.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::place::Place;
use crate::output::{self, Mistake};

/// People of one request, and lines of one answer.
const ADDED_AT_ONCE: usize = 5_000;
const LISTED_AT_ONCE: u32 = 1_000;

/// What to do with a migration.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show how far it is
    #[command(
        after_help = "Example: trickle connection migration show --connection customers\n\nThe client needs read:connections."
    )]
    Show(Place),
    /// Set how many users the legacy store has, for the forecast
    #[command(
        after_help = "Example: trickle connection migration total 48000 --connection customers\n\nThe client needs read:connections and update:connections."
    )]
    Total {
        /// How many users
        total: u64,
        #[command(flatten)]
        place: Place,
    },
    /// Run the connection's count script, and take what it gives for the forecast
    #[command(
        after_help = "Example: trickle connection migration count --connection customers\n\nThe client needs read:connections and update:connections. Exit status 5: the legacy store is down."
    )]
    Count(Place),
    /// End it: no script runs any more, or the scripts know nobody
    #[command(
        after_help = "Example: trickle connection migration end --ending native --connection customers\n\nThe client needs read:connections and update:connections."
    )]
    End {
        /// How it ends
        #[arg(long, value_enum)]
        ending: Ending,
        /// For so many days it can be reopened, then the configuration values are destroyed
        #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=365))]
        reversible_days: u32,
        #[command(flatten)]
        place: Place,
    },
    /// Go back to what was before the end
    #[command(
        after_help = "Example: trickle connection migration reopen --connection customers\n\nThe client needs read:connections and update:connections."
    )]
    Reopen(Place),
    /// Print the options and scripts from before the end, as JSON
    #[command(
        after_help = "Example: trickle connection migration archive --connection customers > customers.json\n\nThe client needs read:connections and read:connections_options."
    )]
    Archive(Place),
    /// Put the legacy store's users on the roll, or throw it away
    #[command(
        after_help = "Example: trickle connection migration roll users.csv --connection customers\n\nA line is an identifier, `identifier,last_seen`, or {\"identifier\": …, \"last_seen\": …}. The client needs read:connections and update:connections."
    )]
    Roll {
        /// The file of users
        #[arg(required_unless_present = "clear", value_name = "FILE")]
        file: Option<PathBuf>,
        /// Throw the roll away, first of all
        #[arg(long)]
        clear: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Print who is on the roll and has not moved
    #[command(
        after_help = "Example: trickle connection migration stragglers --connection customers > stragglers.csv\n\nThe client needs read:connections and read:users."
    )]
    Stragglers {
        /// In what form
        #[arg(long, value_enum, default_value_t = Form::Csv)]
        format: Form,
        #[command(flatten)]
        place: Place,
    },
    /// Make links by which those who have not moved choose a password, and print them
    #[command(
        after_help = "Example: trickle connection migration tickets --connection customers > links.csv\n\nWhoever has a link has the account: keep the file as you keep passwords. The client needs read:connections and create:user_tickets. Exit status 5: the legacy store went down; --from goes on."
    )]
    Tickets {
        /// In what form
        #[arg(long, value_enum, default_value_t = Form::Csv)]
        format: Form,
        /// How long they work, in seconds; five days unless this or the template of the mail says otherwise
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
        ttl_sec: Option<u32>,
        /// Where people go on
        #[arg(long, value_name = "URL")]
        result_url: Option<String>,
        /// Only those after this one
        #[arg(long, value_name = "IDENTIFIER")]
        from: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// How a migration ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Ending {
    /// The native store decides alone
    Native,
    /// Import stays on, and the scripts know nobody
    NoOps,
}

/// In what form lists are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Comma-separated values with a header
    Csv,
    /// One JSON object a line
    Ndjson,
}

impl Form {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Show(place) => {
            let (server, path) = place.open("/migration").await?;
            print(&server.get(&path).await?, place.json);
        }
        Command::Total { total, place } => {
            let (server, path) = place.open("/migration").await?;
            let body = json!({"total": total});
            print(&server.ask(Method::PATCH, &path, &body).await?, place.json);
        }
        Command::Count(place) => {
            let (server, path) = place.open("/migration/count").await?;
            // A script may take longer than other requests.
            let response = server.request(Method::POST, &path, &json!({})).await?;
            let counted = response.json().await.context("read the answer")?;
            print(&counted, place.json);
        }
        Command::End {
            ending,
            reversible_days,
            place,
        } => {
            let (server, path) = place.open("/migration/end").await?;
            let ending = match ending {
                Ending::Native => "native",
                Ending::NoOps => "no-ops",
            };
            let body = json!({"ending": ending, "reversible_days": reversible_days});
            print(&server.ask(Method::POST, &path, &body).await?, place.json);
        }
        Command::Reopen(place) => {
            let (server, path) = place.open("/migration/reopen").await?;
            let body = json!({});
            print(&server.ask(Method::POST, &path, &body).await?, place.json);
        }
        Command::Archive(place) => {
            let (server, path) = place.open("/migration/archive").await?;
            output::json(&server.get(&path).await?);
        }
        Command::Roll { file, clear, place } => roll(file.as_deref(), clear, &place).await?,
        Command::Stragglers { format, place } => stragglers(format, &place).await?,
        Command::Tickets {
            format,
            ttl_sec,
            result_url,
            from,
            place,
        } => {
            let mut order = json!({"take": 50, "format": format.as_str()});
            if let Some(seconds) = ttl_sec {
                order["ttl_sec"] = seconds.into();
            }
            if let Some(url) = result_url {
                order["result_url"] = url.into();
            }
            return tickets(order, from, format, &place).await;
        }
    }
    Ok(output::SUCCESS)
}

async fn roll(file: Option<&Path>, clear: bool, place: &Place) -> anyhow::Result<()> {
    // Read before anything is thrown away.
    let users = file.map(read).transpose()?.unwrap_or_default();
    let (server, path) = place.open("/migration/roll").await?;
    if clear {
        server.ask(Method::DELETE, &path, &Value::Null).await?;
    }
    for part in users.chunks(ADDED_AT_ONCE) {
        let body = json!({"users": part});
        server.ask(Method::POST, &path, &body).await?;
    }
    let shown = server.get(path.trim_end_matches("/roll")).await?;
    print(&shown, place.json);
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let mut users = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{feff}');
        let is_header = number == 0 && matches!(line, "identifier" | "identifier,last_seen");
        if line.is_empty() || is_header {
            continue;
        }
        let user = if line.starts_with('{') {
            serde_json::from_str(line).map_err(|error| {
                let number = number + 1;
                Mistake(format!("read line {number} of {}: {error}", file.display()))
            })?
        } else {
            match line.split_once(',') {
                Some((identifier, seen)) if !seen.trim().is_empty() => {
                    json!({"identifier": identifier.trim(), "last_seen": seen.trim()})
                }
                Some((identifier, _)) => json!({"identifier": identifier.trim()}),
                None => json!({"identifier": line}),
            }
        };
        users.push(user);
    }
    if users.is_empty() {
        return Err(Mistake(format!(
            "find a user in {}: write an identifier on each line",
            file.display()
        ))
        .into());
    }
    Ok(users)
}

async fn stragglers(format: Form, place: &Place) -> anyhow::Result<()> {
    let (server, path) = place.open("/migration/stragglers").await?;
    let (mut next, mut is_first) = (Some(String::new()), true);
    while let Some(from) = next {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("format", format.as_str())
            .append_pair("take", &LISTED_AT_ONCE.to_string())
            .append_pair("from", &from)
            .finish();
        let response = server.fetch(&format!("{path}?{query}")).await?;
        next = super::place::next(&response);
        write(
            &response.text().await.context("read the answer")?,
            format,
            is_first,
        )?;
        is_first = false;
    }
    Ok(())
}

async fn tickets(
    mut order: Value,
    from: Option<String>,
    format: Form,
    place: &Place,
) -> anyhow::Result<u8> {
    let (server, path) = place.open("/migration/tickets").await?;
    let (mut from, mut is_first) = (from.unwrap_or_default(), true);
    loop {
        if !from.is_empty() {
            order["from"] = from.as_str().into();
        }
        let response = server.request(Method::POST, &path, &order).await?;
        let next = super::place::next(&response);
        write(
            &response.text().await.context("read the answer")?,
            format,
            is_first,
        )?;
        is_first = false;
        match next {
            None => return Ok(output::SUCCESS),
            Some(next) if next == from => {
                let option = if from.is_empty() {
                    String::new()
                } else {
                    format!(" with --from '{from}'")
                };
                eprintln!("trickle: the legacy store is down; go on later{option}");
                return Ok(output::LEGACY_STORE);
            }
            Some(next) => from = next,
        }
    }
}

/// The header of CSV once.
fn write(text: &str, format: Form, is_first: bool) -> anyhow::Result<()> {
    let text = match (format, is_first) {
        (Form::Csv, false) => text.split_once("\r\n").map_or("", |(_, rest)| rest),
        _ => text,
    };
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("write the list")
}

fn print(migration: &Value, as_json: bool) {
    if as_json {
        return output::json(migration);
    }
    let number = |name: &str| {
        migration[name]
            .as_u64()
            .map_or("-".to_owned(), |it| it.to_string())
    };
    for (label, name) in [
        ("total", "total"),
        ("here", "users"),
        ("native", "native"),
        ("remaining", "remaining"),
        ("imported", "imported"),
        ("on the roll", "listed"),
        ("stragglers", "stragglers"),
    ] {
        println!("{label:<12}{}", number(name));
    }
    for (label, name, what) in [
        ("counted", "counted", "total"),
        ("count failed", "count_failed", "reason"),
    ] {
        if let Some(entry) = migration[name].as_object() {
            let text = entry.get(what).map_or_else(String::new, |it| match it {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            let at = entry.get("at").and_then(Value::as_str).unwrap_or("-");
            println!("{label:<12} {} ({at})", output::line(&text));
        }
    }
    let forecast = &migration["forecast"];
    println!("{:<12}{}", "a day", forecast["per_day"]);
    println!(
        "{:<12}{}",
        "done on",
        forecast["done_on"].as_str().unwrap_or("-")
    );
    if let Some(ended) = migration["ended"].as_object() {
        let text = |name: &str| ended.get(name).and_then(Value::as_str).unwrap_or("-");
        println!("{:<12}{} ({})", "ended", text("ended_at"), text("ending"));
        println!("{:<12}{}", "reversible", text("reversible_until"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_identifiers_with_dates_or_json() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("users.csv");
        let text = "identifier,last_seen\r\nada@example.com,2024-01-31T00:00:00Z\r\nbob,\n\n {\"identifier\":\"a,b\"}\n";
        std::fs::write(&file, text).unwrap();
        let expected = json!([
            {"identifier": "ada@example.com", "last_seen": "2024-01-31T00:00:00Z"},
            {"identifier": "bob"}, {"identifier": "a,b"},
        ]);
        assert_eq!(Value::Array(read(&file).unwrap()), expected);
        for text in ["", "identifier\n", "{\"identifier\":\n"] {
            std::fs::write(&file, text).unwrap();
            assert!(read(&file).is_err(), "{text}");
        }
    }
}
