//! What a connection on a server rehearses, and what was found.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::place::Place;
use crate::output::{self, Mistake};

/// What to do with rehearsals.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show what is rehearsed, and what was found so far
    #[command(
        after_help = "Example: trickle connection rehearsal show --connection customers\n\nThe client needs read:connections, read:connections_options and read:logs."
    )]
    Show(Place),
    /// Set what is rehearsed; what is not named is off
    #[command(
        after_help = "Example: trickle connection rehearsal set --dry-run --compare-profiles --connection customers\nExample: trickle connection rehearsal set --shadow login=4 --rollout get_user=3:10 --connection customers\n\nThe client needs read:connections, read:connections_options and update:connections."
    )]
    Set {
        /// Log people in without importing anybody
        #[arg(long, conflicts_with = "import_percent")]
        dry_run: bool,
        /// Whose first login imports, in percent of all identifiers
        #[arg(long, value_name = "PERCENT")]
        import_percent: Option<f64>,
        /// Run a version beside the live one, as ACTION=VERSION; several times
        #[arg(long, value_name = "ACTION=VERSION", value_parser = pair)]
        shadow: Vec<(String, u64)>,
        /// Run a version in the place of the live one for some, as ACTION=VERSION:PERCENT; several times
        #[arg(long, value_name = "ACTION=VERSION:PERCENT", value_parser = share)]
        rollout: Vec<(String, u64, f64)>,
        /// Ask `get_user` after a `login` that gave a profile, and compare
        #[arg(long)]
        compare_profiles: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Rehearse nothing
    #[command(
        after_help = "Example: trickle connection rehearsal off --connection customers\n\nThe client needs read:connections, read:connections_options and update:connections."
    )]
    Off(Place),
}

fn pair(text: &str) -> Result<(String, u64), String> {
    let (action, version) = text.split_once('=').ok_or("it is no ACTION=VERSION")?;
    let version = version.parse().map_err(|_| "VERSION is a number")?;
    Ok((action.to_owned(), version))
}

fn share(text: &str) -> Result<(String, u64, f64), String> {
    let (version, percent) = text
        .rsplit_once(':')
        .ok_or("it is no ACTION=VERSION:PERCENT")?;
    let (action, version) = pair(version)?;
    let percent = percent.parse().map_err(|_| "PERCENT is a number")?;
    Ok((action, version, percent))
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Show(place) => show(&place).await?,
        Command::Off(place) => set(&place, Map::new()).await?,
        Command::Set {
            dry_run,
            import_percent,
            shadow,
            rollout,
            compare_profiles,
            place,
        } => {
            let mut wanted = Map::new();
            if dry_run {
                wanted.insert("dry_run".to_owned(), true.into());
            }
            if let Some(percent) = import_percent {
                wanted.insert("import_percent".to_owned(), json!(percent));
            }
            if !shadow.is_empty() {
                let shadow = shadow
                    .into_iter()
                    .map(|(action, version)| (action, json!(version)));
                wanted.insert("shadow".to_owned(), Value::Object(shadow.collect()));
            }
            if !rollout.is_empty() {
                let rollout = rollout.into_iter().map(|(action, version, percent)| {
                    (action, json!({"version": version, "percent": percent}))
                });
                wanted.insert("rollout".to_owned(), Value::Object(rollout.collect()));
            }
            if compare_profiles {
                wanted.insert("compare_profiles".to_owned(), true.into());
            }
            if wanted.is_empty() {
                let message = "set nothing; `trickle connection rehearsal off` turns all off";
                return Err(Mistake(message.to_owned()).into());
            }
            set(&place, wanted).await?;
        }
    }
    Ok(output::SUCCESS)
}

async fn set(place: &Place, wanted: Map<String, Value>) -> anyhow::Result<()> {
    let (server, path) = place.open("").await?;
    let connection = server.get(&path).await?;
    let mut options = connection["options"].clone();
    if !options["trickle"].is_object() {
        options["trickle"] = json!({});
    }
    options["trickle"]["rehearsal"] = if wanted.is_empty() {
        Value::Null
    } else {
        Value::Object(wanted)
    };
    let body = json!({"options": options});
    let changed = server.ask(Method::PATCH, &path, &body).await?;
    let shown = &changed["options"]["trickle"]["rehearsal"];
    if place.json {
        output::json(shown);
    } else if shown.is_null() {
        println!("rehearses nothing");
    } else {
        println!("rehearses {shown}");
    }
    Ok(())
}

async fn show(place: &Place) -> anyhow::Result<()> {
    let (server, path) = place.open("").await?;
    let connection = server.get(&path).await?;
    let found = server.get(&format!("{path}/rehearsal")).await?;
    let rehearsed = &connection["options"]["trickle"]["rehearsal"];
    if place.json {
        output::json(&json!({
            "rehearsal": rehearsed, "counts": found["counts"], "findings": found["findings"],
        }));
        return Ok(());
    }
    match rehearsed {
        Value::Null => println!("rehearses nothing"),
        rehearsed => println!("rehearses {rehearsed}"),
    }
    for count in found["counts"].as_array().into_iter().flatten() {
        let text = |name: &str| count[name].as_str().unwrap_or("-").to_owned();
        println!(
            "{:<9} {:<9} version {:<4} {} / {}{}  {}",
            text("kind"),
            text("action"),
            count["script_version"]
                .as_u64()
                .map_or("-".to_owned(), |it| it.to_string()),
            text("live_outcome"),
            text("other_outcome"),
            if count["differs"] == true {
                ", differs"
            } else {
                ""
            },
            count["count"],
        );
    }
    Ok(())
}
