//! A folder with scripts and the `trickle.toml` beside them.

mod environment;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;
use trickle_jail::EgressRule;
use trickle_model::{Action, SCRIPT_MAX_BYTES, Secret};

pub use environment::{Environment, quoted};

use crate::output::Mistake;

/// The file's name.
pub const FILE: &str = "trickle.toml";

/// What `trickle.toml` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    connection: ConnectionPart,
    network: NetworkPart,
    configuration: BTreeMap<String, Source>,
    test: TestPart,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConnectionPart {
    email_optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NetworkPart {
    allow: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TestPart {
    identifier: Option<String>,
    password: Option<Source>,
    writes: bool,
    target: Option<String>,
    budget_ms: Option<u64>,
}

/// Where a text comes from: `"text"`, `{ env = "NAME" }`, `{ file = "ca.pem" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// It stands in the file.
    Text(String),
    /// An environment variable, or a line of `.env`.
    Env {
        /// Its name.
        env: String,
    },
    /// A file beside `trickle.toml`.
    File {
        /// Its path.
        file: PathBuf,
    },
}

/// A known user of the legacy store, by whom scripts are proven.
#[derive(Clone, Debug)]
pub struct KnownUser {
    /// What the user logs in with.
    pub identifier: String,
    /// The right password.
    pub password: Secret,
}

/// Scripts with all that they need to run.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// The scripts that there are, by action.
    pub scripts: BTreeMap<Action, String>,
    /// The `configuration` global.
    pub configuration: BTreeMap<String, Secret>,
    /// Private addresses that scripts may reach.
    pub allow_net: Vec<EgressRule>,
    /// Whether profiles may lack an address.
    pub email_optional: bool,
    /// Whom the built-in checks log in.
    pub known_user: Option<KnownUser>,
    /// Whether the built-in checks may add, change and remove users.
    pub writes: bool,
    /// The legacy store's address, in front of which faults are put.
    pub target: Option<String>,
    /// How long a login may take, in milliseconds.
    pub budget_ms: Option<u64>,
    environment: Environment,
}

impl Project {
    /// Reads the folder.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let file = File::read(folder)?;
        let environment = Environment::read(folder)?;
        let configuration = file.configuration(folder, &environment)?;
        let allow_net = file
            .network
            .allow
            .iter()
            .map(|rule| {
                rule.parse()
                    .map_err(|error| Mistake(format!("take {rule:?} of [network] allow: {error}")))
            })
            .collect::<Result<_, _>>()?;
        let known_user = match (&file.test.identifier, &file.test.password) {
            (Some(identifier), Some(password)) => Some(KnownUser {
                identifier: identifier.clone(),
                password: Secret::new(
                    resolve(password, folder, &environment).context("take password of [test]")?,
                ),
            }),
            _ => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            scripts: scripts(folder)?,
            configuration,
            allow_net,
            email_optional: file.connection.email_optional,
            known_user,
            writes: file.test.writes,
            target: file
                .test
                .target
                .or_else(|| file.network.allow.first().cloned()),
            budget_ms: file.test.budget_ms,
            environment,
        })
    }

    /// A text of a case.
    pub fn resolve(&self, source: &Source) -> anyhow::Result<String> {
        resolve(source, &self.folder, &self.environment)
    }
}

/// The `configuration` of a folder's `trickle.toml`.
pub fn configuration(folder: &Path) -> anyhow::Result<BTreeMap<String, Secret>> {
    File::read(folder)?.configuration(folder, &Environment::read(folder)?)
}

impl File {
    fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("find {}; `trickle init` writes one", path.display());
                return Err(Mistake(message).into());
            }
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        };
        toml::from_str(&text)
            .map_err(|error| Mistake(format!("read {}: {error}", path.display())).into())
    }

    fn configuration(
        &self,
        folder: &Path,
        environment: &Environment,
    ) -> anyhow::Result<BTreeMap<String, Secret>> {
        self.configuration
            .iter()
            .map(|(key, source)| {
                let text = resolve(source, folder, environment)
                    .with_context(|| format!("take {key} of {FILE}"))?;
                Ok((key.clone(), Secret::new(text)))
            })
            .collect()
    }
}

fn resolve(source: &Source, folder: &Path, environment: &Environment) -> anyhow::Result<String> {
    match source {
        Source::Text(text) => Ok(text.clone()),
        Source::Env { env } => environment.get(env).ok_or_else(|| {
            Mistake(format!(
                "read the environment variable {env}: set it, or write `{env}=…` into .env beside {FILE}"
            ))
            .into()
        }),
        Source::File { file } => {
            let path = folder.join(file);
            std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
        }
    }
}

/// The scripts in a folder, by their files' names.
pub fn scripts(folder: &Path) -> anyhow::Result<BTreeMap<Action, String>> {
    let mut found = BTreeMap::new();
    for action in Action::ALL {
        let path = folder.join(format!("{action}.js"));
        match std::fs::read_to_string(&path) {
            Ok(text) if text.len() > SCRIPT_MAX_BYTES => {
                let message = format!(
                    "take {}: it has {} bytes and may have {SCRIPT_MAX_BYTES}",
                    path.display(),
                    text.len()
                );
                return Err(Mistake(message).into());
            }
            Ok(text) => {
                found.insert(action, text);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        }
    }
    if found.is_empty() {
        let message = format!("find a script such as login.js in {}", folder.display());
        return Err(Mistake(message).into());
    }
    Ok(found)
}
