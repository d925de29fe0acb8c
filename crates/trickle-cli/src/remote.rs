//! `trickle pull`, `push`, `diff`: the scripts of a connection on a server, and the same in a folder.

mod folder;
mod keywords;
mod pull;
mod seen;
mod server;

use std::{collections::BTreeMap, io::IsTerminal as _, path::PathBuf};

use anyhow::Context as _;
use serde_json::Value;
use similar::TextDiff;
use trickle_model::{Action, Secret};

pub use pull::{PullArgs, pull};
pub use server::Server;

use self::{folder::Folder, seen::Seen};
use crate::{
    output::{self, Mistake, plain, unreadable},
    project::{self, Environment},
    style::{ERROR, GOOD, NOTE, painted},
};

/// Which connection, where, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct Remote {
    /// The server, as https://HOST
    #[arg(long, env = "TRICKLE_SERVER", value_name = "URL")]
    server: String,
    /// Id of an API client
    #[arg(long, env = "TRICKLE_CLIENT_ID", value_name = "ID")]
    pub client_id: String,
    /// That client's secret; better in the environment than on the command line
    #[arg(
        long,
        env = "TRICKLE_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub client_secret: String,
    /// Certificate of the server's own authority; those that the system trusts unless given
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The connection's name
    #[arg(long, value_name = "NAME")]
    pub connection: String,
}

/// The same for commands that can do without: `clap` wants all of a [`Remote`], also of an optional one.
#[derive(Clone, Debug, clap::Args)]
pub struct MaybeRemote {
    /// The server, as https://HOST
    #[arg(long, env = "TRICKLE_SERVER", value_name = "URL")]
    server: Option<String>,
    /// Id of an API client
    #[arg(long, env = "TRICKLE_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// That client's secret; better in the environment than on the command line
    #[arg(
        long,
        env = "TRICKLE_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    client_secret: Option<String>,
    /// Certificate of the server's own authority; those that the system trusts unless given
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The connection's name
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
}

impl MaybeRemote {
    /// Nothing where no connection is named; else all of it has to be there.
    pub fn whole(&self) -> anyhow::Result<Option<Remote>> {
        let Some(connection) = self.connection.clone() else {
            return Ok(None);
        };
        let given = |value: Option<&String>, option: &str| {
            let missing = || {
                Mistake(format!(
                    "ask the server about {connection:?}: name {option}"
                ))
            };
            value.cloned().ok_or_else(missing)
        };
        let server = given(self.server.as_ref(), "--server")?;
        let client_id = given(self.client_id.as_ref(), "--client-id")?;
        let client_secret = given(self.client_secret.as_ref(), "--client-secret")?;
        Ok(Some(Remote {
            server,
            client_id,
            client_secret,
            ca: self.ca.clone(),
            connection,
        }))
    }
}

/// Which connection, where, and what the folder is.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Folder in the deploy CLI's layout: database-connections/<name>/, or databases/<name>/
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    remote: Remote,
    /// Values for ##KEY## and @@KEY@@, a JSON object; the environment and .env are asked after it
    #[arg(long, value_name = "FILE")]
    keywords: Option<PathBuf>,
}

/// What `push` takes besides.
#[derive(Clone, Debug, clap::Args)]
pub struct PushArgs {
    #[command(flatten)]
    target: Args,
    /// Make the connection where the server has none, with the configuration of trickle.toml and import on
    #[arg(long)]
    create: bool,
    /// Overwrite scripts that changed on the server since this folder last pulled or pushed them
    #[arg(long)]
    force: bool,
}

/// The folder's scripts onto the server. Scripts that only the server has stay there.
pub async fn push(args: PushArgs) -> anyhow::Result<u8> {
    let PushArgs {
        target: args,
        create,
        force,
    } = args;
    let local = local(&args)?;
    let folder = Folder::find(&args.folder, &args.remote.connection)?;
    let mut seen = Seen::read(folder.path())?;
    let server = Server::open(&args.remote).await?;
    let Some(connection) = server.find_connection(&args.remote.connection).await? else {
        if !create {
            let message = format!(
                "find the connection {:?}; --create makes it",
                args.remote.connection
            );
            return Err(Mistake(message).into());
        }
        let configuration = configuration(&args)?;
        server.create(&args.remote, &local, &configuration).await?;
        let names: Vec<&str> = local.keys().map(|action| action.key()).collect();
        eprintln!("made {} with {}", args.remote.connection, names.join(", "));
        let made = server.connection(&args.remote.connection).await?;
        seen.pushed(&server.place(&made)?, &local);
        seen.keep();
        return ended(&server, &made, &local.keys().copied().collect::<Vec<_>>()).await;
    };
    let there = server::scripts(&connection);
    let changed: Vec<Action> = local
        .iter()
        .filter(|(action, text)| there.get(action) != Some(text))
        .map(|(action, _)| *action)
        .collect();
    let place = server.place(&connection)?;
    let moved_on = seen.moved_on(&place, &changed, &there);
    if !force && !moved_on.is_empty() {
        return Err(overwriting(&args.remote.connection, &moved_on).into());
    }
    if changed.is_empty() {
        seen.pushed(&place, &local);
        seen.keep();
        eprintln!("nothing to push: the server has these scripts");
        // They may be there and not run.
        let all: Vec<Action> = local.keys().copied().collect();
        return ended(&server, &connection, &all).await;
    }
    server.update(&connection, &local).await?;
    seen.pushed(&place, &local);
    seen.keep();
    let names: Vec<&str> = changed.iter().map(|action| action.key()).collect();
    eprintln!("pushed {} to {}", names.join(", "), args.remote.connection);
    ended(&server, &connection, &changed).await
}

fn overwriting(connection: &str, moved_on: &[Action]) -> Mistake {
    let names: Vec<&str> = moved_on.iter().map(|action| action.key()).collect();
    Mistake(format!(
        "overwrite {} of {connection:?}: the server has other texts than this folder last pulled or pushed. `trickle diff` shows what differs, \
         `trickle pull` takes the server's, `trickle push --force` puts these in their place, and nothing was pushed",
        names.join(", ")
    ))
}

/// Says which scripts were saved and do not compile: those do not go live, whatever the push changed.
async fn ended(server: &Server, connection: &Value, pushed: &[Action]) -> anyhow::Result<u8> {
    let id = connection["id"]
        .as_str()
        .context("find the connection's id")?;
    let versions = server
        .get(&format!("/api/v2/connections/{id}/scripts"))
        .await
        .context("ask whether the scripts went live")?;
    let held = held_back(&versions, pushed);
    for line in &held {
        anstream::eprintln!("{} {}", painted(ERROR.bold(), "not live:"), plain(line));
    }
    Ok(if held.is_empty() {
        output::SUCCESS
    } else {
        output::SCRIPT
    })
}

/// A line for each script whose newest version does not compile. The list has the newest first.
fn held_back(versions: &Value, pushed: &[Action]) -> Vec<String> {
    let versions = versions.as_array().map_or(&[] as &[Value], Vec::as_slice);
    let mut lines = Vec::new();
    for action in pushed {
        let mut own = versions
            .iter()
            .filter(|version| version["action"] == action.key());
        let Some(newest) = own.next() else { continue };
        let Some(defect) = newest["defect"].as_str() else {
            continue;
        };
        let number = &newest["version"];
        let running = own.find(|version| version["live"] == true);
        let instead = match running.map(|version| &version["version"]) {
            Some(live) => format!("version {live} goes on running"),
            None => "no version of it runs, and every run fails".to_owned(),
        };
        lines.push(format!(
            "{action}, saved as version {number}, does not compile ({defect}); {instead}"
        ));
    }
    lines
}

/// What a push would change; the status is 1 where it would.
pub async fn diff(args: Args) -> anyhow::Result<u8> {
    let local = local(&args)?;
    let server = Server::open(&args.remote).await?;
    let there = server::scripts(&server.connection(&args.remote.connection).await?);
    let shown = |line: &str| {
        if std::io::stdout().is_terminal() {
            plain(line)
        } else {
            line.to_owned()
        }
    };
    let mut differs = false;
    for (action, text) in &local {
        let old = there.get(action).map_or("", String::as_str);
        if old == text {
            continue;
        }
        differs = true;
        let name = format!("{action}.js");
        let differences = TextDiff::from_lines(old, text.as_str());
        let mut unified = differences.unified_diff();
        let unified = unified
            .context_radius(3)
            .header(&format!("server/{name}"), &format!("local/{name}"))
            .to_string();
        for line in unified.split_terminator('\n') {
            let line = shown(line);
            let line = match line.chars().next() {
                Some('+') => painted(GOOD, &line),
                Some('-') => painted(ERROR, &line),
                Some('@') => painted(NOTE, &line),
                _ => line,
            };
            output::styled(line);
        }
    }
    for action in there.keys().filter(|it| !local.contains_key(*it)) {
        eprintln!("only the server has {action}.js: a push leaves it there");
    }
    Ok(if differs {
        output::ANSWER_IS_NO
    } else {
        output::SUCCESS
    })
}

/// That of the `trickle.toml` beside the scripts, else of the one in the folder that was named.
fn configuration(args: &Args) -> anyhow::Result<BTreeMap<String, Secret>> {
    let scripts = Folder::find(&args.folder, &args.remote.connection)?;
    let has_own = scripts.path().join(project::FILE).is_file();
    project::configuration(if has_own {
        scripts.path()
    } else {
        &args.folder
    })
}

/// The folder's scripts as the server is to have them.
fn local(args: &Args) -> anyhow::Result<BTreeMap<Action, String>> {
    let folder = Folder::find(&args.folder, &args.remote.connection)?;
    let values = Values::read(args)?;
    let mut scripts = BTreeMap::new();
    for (action, text) in folder.read()? {
        let text = keywords::replaced(&text, |key| values.get(key)).map_err(|key| {
            Mistake(format!(
                "fill in {key} of {action}.js: give it by --keywords FILE, the environment or .env"
            ))
        })?;
        scripts.insert(action, text);
    }
    Ok(scripts)
}

/// What keywords stand for.
struct Values {
    given: serde_json::Map<String, Value>,
    environment: Environment,
}

impl Values {
    fn read(args: &Args) -> anyhow::Result<Self> {
        let given = match &args.keywords {
            Some(file) => {
                let text = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
                serde_json::from_slice(&text).map_err(|error| {
                    Mistake(format!("read {} as a JSON object: {error}", file.display()))
                })?
            }
            None => serde_json::Map::new(),
        };
        let environment = Environment::read(&args.folder)?;
        Ok(Self { given, environment })
    }

    fn get(&self, key: &str) -> Option<Value> {
        let own = self.given.get(key).cloned();
        own.or_else(|| self.environment.get(key).map(Value::from))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_compile_is_held_back() {
        let version = |action: &str, number: u64, live: bool, defect: Option<&str>| -> Value {
            json!({ "action": action, "version": number, "live": live, "defect": defect })
        };
        let versions = json!([
            version("login", 3, false, Some("Unexpected token")),
            version("login", 2, true, None),
            version("login", 1, false, Some("old")),
            version("get_user", 2, true, None),
            version("get_user", 1, false, Some("old")),
            version("verify", 1, true, Some("Unexpected end")),
        ]);
        let held = held_back(&versions, &[Action::Login, Action::GetUser, Action::Verify]);
        assert_eq!(
            held,
            [
                "login, saved as version 3, does not compile (Unexpected token); version 2 goes on running",
                "verify, saved as version 1, does not compile (Unexpected end); no version of it runs, and every run fails",
            ]
        );
        assert_eq!(held_back(&versions, &[Action::GetUser]), [""; 0]);
    }
}
