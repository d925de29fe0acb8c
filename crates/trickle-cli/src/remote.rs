//! `trickle pull`, `push`, `diff`: the scripts of a connection on a server, and the same in a folder.

mod folder;
mod keywords;
mod server;

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context as _;
use similar::TextDiff;
use trickle_model::Action;

pub use server::Server;

use self::folder::Folder;
use crate::{
    output::{self, Mistake},
    project::{Environment, Project},
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
}

/// The server's scripts into the folder.
pub async fn pull(args: Args) -> anyhow::Result<u8> {
    let server = Server::open(&args.remote).await?;
    let connection = server.connection(&args.remote.connection).await?;
    let folder = Folder::for_writing(&args.folder, &args.remote.connection);
    let scripts = server::scripts(&connection);
    for (action, text) in &scripts {
        folder.write(*action, text)?;
    }
    folder.write_settings(&connection, &scripts)?;
    eprintln!(
        "wrote {} scripts to {}",
        scripts.len(),
        folder.path().display()
    );
    Ok(output::SUCCESS)
}

/// The folder's scripts onto the server. Scripts that only the server has stay there.
pub async fn push(args: PushArgs) -> anyhow::Result<u8> {
    let PushArgs {
        target: args,
        create,
    } = args;
    let local = local(&args)?;
    let server = Server::open(&args.remote).await?;
    let Some(connection) = server.find_connection(&args.remote.connection).await? else {
        if !create {
            let message = format!(
                "find the connection {:?}; --create makes it",
                args.remote.connection
            );
            return Err(Mistake(message).into());
        }
        let project = Project::read(&args.folder)?;
        server
            .create(&args.remote, &local, &project.configuration)
            .await?;
        eprintln!(
            "made {} with {} scripts",
            args.remote.connection,
            local.len()
        );
        return Ok(output::SUCCESS);
    };
    let there = server::scripts(&connection);
    let changed: Vec<&str> = local
        .iter()
        .filter(|(action, text)| there.get(action) != Some(text))
        .map(|(action, _)| action.key())
        .collect();
    if changed.is_empty() {
        eprintln!("nothing to push: the server has these scripts");
        return Ok(output::SUCCESS);
    }
    server.update(&connection, &local).await?;
    eprintln!(
        "pushed {} to {}",
        changed.join(", "),
        args.remote.connection
    );
    Ok(output::SUCCESS)
}

/// What a push would change; the status is 1 where it would.
pub async fn diff(args: Args) -> anyhow::Result<u8> {
    let local = local(&args)?;
    let server = Server::open(&args.remote).await?;
    let there = server::scripts(&server.connection(&args.remote.connection).await?);
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
        for line in unified.lines() {
            let line = match line.chars().next() {
                Some('+') => painted(GOOD, line),
                Some('-') => painted(ERROR, line),
                Some('@') => painted(NOTE, line),
                _ => line.to_owned(),
            };
            anstream::println!("{line}");
        }
    }
    Ok(if differs {
        output::ANSWER_IS_NO
    } else {
        output::SUCCESS
    })
}

/// The folder's scripts as the server is to have them.
fn local(args: &Args) -> anyhow::Result<BTreeMap<Action, String>> {
    let folder = Folder::find(&args.folder, &args.remote.connection)?;
    let environment = Environment::read(&args.folder)?;
    let given: serde_json::Map<String, serde_json::Value> = match &args.keywords {
        Some(file) => {
            let text = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
            serde_json::from_slice(&text)
                .with_context(|| format!("read {} as a JSON object", file.display()))?
        }
        None => serde_json::Map::new(),
    };
    let value = |key: &str| {
        let own = given.get(key).cloned();
        own.or_else(|| environment.get(key).map(serde_json::Value::from))
    };
    let mut scripts = BTreeMap::new();
    for (action, text) in folder.read()? {
        let text = keywords::replaced(&text, value).map_err(|key| {
            Mistake(format!(
                "fill in {key} of {action}.js: give it by --keywords FILE, the environment or .env"
            ))
        })?;
        scripts.insert(action, text);
    }
    Ok(scripts)
}
