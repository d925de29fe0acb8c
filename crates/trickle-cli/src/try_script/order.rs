//! The order to run the script.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use serde_json::{Map, Value};
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, ExecutionId, ExecutionRequest, Limits, Outcome,
    SCRIPT_MAX_BYTES, Secret, SystemClock, TenantId,
};
use trickle_pool::Pool;

use super::{Args, arguments};
use crate::{
    output::Mistake,
    project::{KnownUser, Project},
    proving::{Proxy, redirected},
    tape,
};

/// Limits of time for runs that a debugger stops: so long that nobody meets them. Timers of JavaScript take no more than 24 days.
pub const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// The order, and the proxy that must live as long as the run.
pub struct Order {
    /// For the pool.
    pub request: ExecutionRequest,
    /// Where the script is.
    pub file: Option<PathBuf>,
    _proxy: Option<Proxy>,
}

/// The order that the options describe; `taped` runs need a place for their prelude. Only in a runtime, for the proxy.
pub fn of(
    action: Action,
    args: &Args,
    password: Option<&str>,
    taped: bool,
) -> anyhow::Result<Order> {
    let (mut binding, file, known) = binding(action, args)?;
    if taped {
        binding
            .scripts
            .insert(unused(action), tape::prelude().to_owned());
    }
    let proxy = match args.fault {
        Some(fault) => {
            let target = args
                .target
                .as_ref()
                .or(binding.allow_net.first())
                .cloned()
                .unwrap_or_default();
            let proxy = Proxy::start(fault, &target)?;
            binding.configuration = redirected(&binding.configuration, &target, proxy.address())?;
            binding.allow_net.push(proxy.address().to_string());
            Some(proxy)
        }
        None => None,
    };
    let request = ExecutionRequest {
        id: ExecutionId::generate(SystemClock.now(), &mut rand::rng()),
        binding: Arc::new(binding),
        action,
        arguments: arguments::for_action(action, args, known.as_ref(), password)?,
        context: arguments::object(args.context.as_deref())?,
    };
    Ok(Order {
        request,
        file,
        _proxy: proxy,
    })
}

/// An action whose script the run does not need.
fn unused(action: Action) -> Action {
    if action == Action::Verify {
        Action::Delete
    } else {
        Action::Verify
    }
}

impl Order {
    /// Sets random numbers and time in the worker that will run the script.
    pub async fn prepare(&self, pool: &Pool, argument: Value) -> anyhow::Result<()> {
        let request = ExecutionRequest {
            id: ExecutionId::generate(SystemClock.now(), &mut rand::rng()),
            binding: Arc::clone(&self.request.binding),
            action: unused(self.request.action),
            arguments: vec![argument],
            context: Map::new(),
        };
        match pool.execute(request).await.outcome {
            Outcome::Done(_) => Ok(()),
            other => Err(anyhow::anyhow!("{other}")).context("set random numbers and time"),
        }
    }
}

/// The binding, where the script is, and whom the project knows.
fn binding(
    action: Action,
    args: &Args,
) -> anyhow::Result<(Binding, Option<PathBuf>, Option<KnownUser>)> {
    let project = args.project.as_deref().map(Project::read).transpose()?;
    let script = match (&args.script, &project) {
        (Some(file), _) => std::fs::read_to_string(file)
            .with_context(|| format!("read the script {}", file.display()))?,
        (None, Some(project)) => project
            .scripts
            .get(&action)
            .cloned()
            .with_context(|| format!("find {action}.js in {}", project.folder.display()))?,
        (None, None) => anyhow::bail!(
            "run a script without --script FILE or --project DIR, as the current folder has no trickle.toml"
        ),
    };
    if script.len() > SCRIPT_MAX_BYTES {
        let message = format!(
            "take the script: it has {} bytes and may have {SCRIPT_MAX_BYTES}",
            script.len()
        );
        return Err(Mistake(message).into());
    }
    let mut configuration: BTreeMap<String, Secret> =
        arguments::configuration(args.config.as_deref())?
            .into_iter()
            .map(|(key, text)| (key, Secret::new(text)))
            .collect();
    let mut allow_net: Vec<String> = args.allow_net.iter().map(ToString::to_string).collect();
    let mut file = args.script.clone();
    let mut known = None;
    if let Some(project) = project {
        known = project.known_user;
        file.get_or_insert_with(|| project.folder.join(format!("{action}.js")));
        configuration.extend(project.configuration);
        allow_net.extend(project.allow_net.iter().map(ToString::to_string));
    }
    let mut limits = Limits::default();
    if args.inspect.is_some() {
        (limits.wall, limits.cpu, limits.grace) = (PATIENCE, PATIENCE, PATIENCE);
    }
    let binding = Binding {
        tenant: TenantId::from_text("try"),
        connection: ConnectionId::from_text("try"),
        revision: 0,
        scripts: BTreeMap::from([(action, script)]),
        configuration,
        node_version: args.node_version,
        limits,
        allow_net,
        public_net: true,
        only_net: None,
    };
    Ok((binding, file, known))
}
