//! Versions of a connection's scripts.

use anyhow::Context as _;
use serde_json::{Value, json};
use similar::TextDiff;
use trickle_model::{Action, Clock as _, ScriptVersion, SystemClock, iso_millis};
use trickle_store::{Activation, Store};

use super::find;
use crate::{
    data_dir::StoreArgs,
    output::{self, Mistake, line},
    style::{GOOD, painted},
};

/// Which connection.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The tenant
    tenant: String,
    /// The connection
    connection: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What to do with versions.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List what was saved, newest first
    #[command(
        after_help = "Example: trickle connection scripts list default customers --action login"
    )]
    List {
        #[command(flatten)]
        place: Place,
        /// Of this action only
        #[arg(long)]
        action: Option<Action>,
    },
    /// Show a version's text, or what has changed since another
    #[command(
        after_help = "Example: trickle connection scripts show default customers login 3 --diff 2"
    )]
    Show {
        #[command(flatten)]
        place: Place,
        /// The action
        action: Action,
        /// The version
        version: u64,
        /// Show what has changed since this version
        #[arg(long, value_name = "VERSION")]
        diff: Option<u64>,
    },
    /// Put a version live; one that does not compile cannot go
    #[command(
        after_help = "Example: trickle connection scripts activate default customers login 2"
    )]
    Activate {
        #[command(flatten)]
        place: Place,
        /// The action
        action: Action,
        /// The version
        version: u64,
    },
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::List { place, action } => list(&place, action).await,
        Command::Show {
            place,
            action,
            version,
            diff,
        } => show(&place, action, version, diff).await,
        Command::Activate {
            place,
            action,
            version,
        } => activate(&place, action, version).await,
    }
}

async fn list(place: &Place, action: Option<Action>) -> anyhow::Result<u8> {
    let store = place.store.open().await?;
    let connection = find(&store, &place.tenant, &place.connection).await?;
    let versions = store
        .script_versions(&connection.tenant, &connection.id, action)
        .await
        .context("read the versions")?;
    if place.json {
        let shown: Value = versions.iter().map(view).collect();
        output::json(&shown);
        return Ok(output::SUCCESS);
    }
    for version in &versions {
        let state = match (&version.defect, version.live) {
            (_, true) => painted(GOOD, "live"),
            (Some(defect), false) => format!("does not compile: {}", line(defect)),
            (None, false) => String::new(),
        };
        output::styled(format_args!(
            "{} {} {} {} {} {state}",
            version.action,
            version.version,
            iso_millis(version.saved_at),
            line(version.author.as_deref().unwrap_or("-")),
            line(version.note.as_deref().unwrap_or("-")),
        ));
    }
    Ok(output::SUCCESS)
}

async fn version(
    store: &Store,
    place: &Place,
    action: Action,
    number: u64,
) -> anyhow::Result<ScriptVersion> {
    let connection = find(store, &place.tenant, &place.connection).await?;
    let found = store
        .script_version(&connection.tenant, &connection.id, action, number)
        .await
        .context("read the version")?;
    found.ok_or_else(|| Mistake(format!("find version {number} of {action}; `trickle connection scripts list` shows what there is")).into())
}

async fn show(place: &Place, action: Action, number: u64, diff: Option<u64>) -> anyhow::Result<u8> {
    let store = place.store.open().await?;
    let found = version(&store, place, action, number).await?;
    let text = match diff {
        None => found.text.clone(),
        Some(base) => {
            let before = version(&store, place, action, base).await?;
            TextDiff::from_lines(before.text.as_str(), found.text.as_str())
                .unified_diff()
                .context_radius(3)
                .header(
                    &format!("{action}.js@{base}"),
                    &format!("{action}.js@{number}"),
                )
                .to_string()
        }
    };
    if place.json {
        let mut shown = view(&found);
        let name = if diff.is_some() { "diff" } else { "text" };
        shown[name] = text.into();
        output::json(&shown);
    } else {
        output::text(&text);
    }
    Ok(output::SUCCESS)
}

async fn activate(place: &Place, action: Action, number: u64) -> anyhow::Result<u8> {
    let store = place.store.open().await?;
    let connection = find(&store, &place.tenant, &place.connection).await?;
    let now = SystemClock.now();
    let activated = store
        .activate_script(&connection.tenant, &connection.id, action, number, now)
        .await
        .context("put the version live")?;
    match activated {
        Activation::Done => {
            let found = version(&store, place, action, number).await?;
            if place.json {
                output::json(&view(&found));
            } else {
                eprintln!("version {number} of {action} is live");
            }
            Ok(output::SUCCESS)
        }
        Activation::Broken(defect) => {
            let defect = line(&defect);
            eprintln!("trickle: version {number} of {action} does not compile: {defect}");
            Ok(output::ANSWER_IS_NO)
        }
        Activation::Unknown => Err(Mistake(format!("find version {number} of {action}; `trickle connection scripts list` shows what there is")).into()),
    }
}

fn view(version: &ScriptVersion) -> Value {
    json!({
        "action": version.action.key(), "version": version.version, "live": version.live,
        "saved_at": iso_millis(version.saved_at), "author": version.author, "note": version.note,
        "defect": version.defect, "bytes": version.text.len(),
    })
}
