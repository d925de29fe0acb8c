//! `trickle pull`: what the server has, over what the folder has only where nothing is lost.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::Value;
use trickle_model::Action;

use super::{
    Args, Values,
    folder::{self, Folder},
    keywords,
    seen::Seen,
    server::{self, Server},
};
use crate::output::{self, Mistake};

/// The file of what is no script.
const SETTINGS: &str = "database.json";

/// What `pull` takes besides.
#[derive(Clone, Debug, clap::Args)]
pub struct PullArgs {
    #[command(flatten)]
    target: Args,
    /// Overwrite files whose text the server has never had, and take scripts with keywords in them
    #[arg(long)]
    force: bool,
}

/// The server's scripts into the folder.
pub async fn pull(PullArgs { target, force }: PullArgs) -> anyhow::Result<u8> {
    let server = Server::open(&target.remote).await?;
    let connection = server.connection(&target.remote.connection).await?;
    let folder = Folder::find_or_plan(&target.folder, &target.remote.connection);
    let values = Values::read(&target)?;
    let mut seen = Seen::read(folder.path())?;
    let scripts = server::scripts(&connection);
    let (mut writes, mut losses) = (BTreeMap::new(), Vec::new());
    let mut marked = Vec::new();
    for (action, text) in &scripts {
        let name = format!("{action}.js");
        let there = folder.text(&name)?;
        if let Some(there) = &there {
            // With its keywords it is worth more than what the server has.
            if there == text || is_filled_in(there, text, &values) {
                continue;
            }
            if !force && !server.has_had(&connection, *action, there).await? {
                losses.push(name.clone());
            }
        }
        // The server would be told the environment's values by the next push.
        if let Some(keyword) = keywords::first(text).filter(|_| !force) {
            marked.push(format!("{keyword} in {name}"));
        }
        writes.insert(name, text.clone());
    }
    let settings = folder::settings(&connection, &scripts);
    let there = folder.text(SETTINGS)?;
    let same = |text: &String| serde_json::from_str::<Value>(text).is_ok_and(|it| it == settings);
    if !there.as_ref().is_some_and(same) {
        // Settings have no versions.
        if !force && there.is_some() {
            losses.push(SETTINGS.to_owned());
        }
        writes.insert(SETTINGS.to_owned(), format!("{settings:#}\n"));
    }
    if !losses.is_empty() {
        return Err(refusal(&folder, &losses).into());
    }
    if !marked.is_empty() {
        let message = format!(
            "take {} from the server: a push would fill it in from here and send it there. `trickle pull --force` takes it as it is, and nothing was written",
            marked.join(", ")
        );
        return Err(Mistake(message).into());
    }
    for (name, text) in &writes {
        folder.write(name, text)?;
    }
    seen.pulled(&server.place(&connection)?, &scripts);
    seen.keep();
    tell(&folder, &writes, &scripts);
    Ok(output::SUCCESS)
}

/// Whether a text is what the server has as soon as its keywords have their values.
fn is_filled_in(text: &str, servers: &str, values: &Values) -> bool {
    keywords::replaced(text, |key| values.get(key)).is_ok_and(|filled| filled == servers)
}

fn refusal(folder: &Folder, losses: &[String]) -> Mistake {
    let scripts = losses.iter().any(|name| name != SETTINGS);
    let look = if scripts {
        "`trickle diff` shows what they change in scripts; "
    } else {
        ""
    };
    Mistake(format!(
        "overwrite {} in {}: the server has never had what stands there. {look}`trickle pull --force` takes the server's, and nothing was written",
        losses.join(", "),
        folder.path().display()
    ))
}

fn tell(folder: &Folder, writes: &BTreeMap<String, String>, scripts: &BTreeMap<Action, String>) {
    let place = folder.path().display();
    if writes.is_empty() {
        eprintln!("nothing to pull: {place} has what the server has");
    } else {
        let names: Vec<&str> = writes.keys().map(String::as_str).collect();
        eprintln!("wrote {} to {place}", names.join(", "));
    }
    for action in Action::ALL {
        let name = format!("{action}.js");
        if !scripts.contains_key(&action) && folder.path().join(&name).is_file() {
            eprintln!("left {name} as it is: the server has no such script");
        }
    }
}

impl Server {
    /// Whether a text is one of the versions that the server keeps of a script.
    async fn has_had(
        &self,
        connection: &Value,
        action: Action,
        text: &str,
    ) -> anyhow::Result<bool> {
        let id = connection["id"]
            .as_str()
            .context("find the connection's id")?;
        let path = format!("/api/v2/connections/{id}/scripts");
        let versions = self
            .get(&format!("{path}?action={action}"))
            .await
            .context("ask for earlier versions")?;
        let versions = versions.as_array().map_or(&[] as &[Value], Vec::as_slice);
        for version in versions {
            if version["bytes"].as_u64() != Some(text.len() as u64) {
                continue;
            }
            let number = &version["version"];
            let kept = self.get(&format!("{path}/{action}/{number}")).await?;
            if kept["text"] == text {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
