//! `trickle try`: one script, once, in the very sandbox of production.

mod arguments;
mod report;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use trickle_engine::{Scrubber, exit_code};
use trickle_jail::EgressRule;
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, EmailRule, ExecutionId, ExecutionRequest, Limits,
    NodeVersion, Outcome, SCRIPT_MAX_BYTES, Secret, SystemClock, TenantId,
};

use crate::{
    output,
    programs::WorkerArgs,
    project::Project,
    proving::{Fault, Proxy, redirected},
};

/// The scripts.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check a password
    #[command(
        after_help = "Example: echo secret | trickle try login --script login.js --config config.json --allow-net 127.0.0.1:5432 --identifier jane@example.com --password-stdin"
    )]
    Login(Args),
    /// Look a user up
    #[command(
        after_help = "Example: trickle try get-user --script get_user.js --identifier jane@example.com"
    )]
    GetUser(Args),
    /// Add a user
    #[command(
        after_help = "Example: echo secret | trickle try create --script create.js --identifier jane@example.com --password-stdin --user user.json"
    )]
    Create(Args),
    /// Mark an e-mail address as verified
    #[command(
        after_help = "Example: trickle try verify --script verify.js --identifier jane@example.com"
    )]
    Verify(Args),
    /// Set a new password
    #[command(
        after_help = "Example: echo new | trickle try change-password --script change_password.js --identifier jane@example.com --password-stdin"
    )]
    ChangePassword(Args),
    /// Set a new e-mail address
    #[command(
        after_help = "Example: trickle try change-email --script change_email.js --identifier jane@example.com --new-email jane@example.org --verified"
    )]
    ChangeEmail(Args),
    /// Remove a user
    #[command(after_help = "Example: trickle try delete --script delete.js --identifier 4711")]
    Delete(Args),
}

/// What a script is tried with.
#[derive(Clone, Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Args {
    /// The script
    #[arg(long, value_name = "FILE", required_unless_present = "project")]
    script: Option<PathBuf>,
    /// Take script, configuration and addresses from a folder with trickle.toml
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    project: Option<PathBuf>,
    /// What is wrong with the legacy store: down, slow:MS, half-open, reset or garbage
    #[arg(long, value_name = "FAULT")]
    fault: Option<Fault>,
    /// The legacy store that the fault is put in front of; the first private address unless given
    #[arg(long, value_name = "HOST:PORT", requires = "fault")]
    target: Option<String>,
    /// The configuration global: a JSON object of strings
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Private address that the script may reach, as HOST:PORT or CIDR; can be given several times
    #[arg(long, value_name = "HOST:PORT")]
    allow_net: Vec<EgressRule>,
    /// E-mail address or user name; the id without auth0| for delete
    #[arg(long, value_name = "TEXT")]
    identifier: String,
    /// Read the password (for change-password the new one) from standard input, up to the first line end
    #[arg(long)]
    password_stdin: bool,
    /// Further fields of the user for create: a JSON object
    #[arg(long, value_name = "FILE")]
    user: Option<PathBuf>,
    /// The new address for change-email
    #[arg(long, value_name = "EMAIL")]
    new_email: Option<String>,
    /// Whether the new address for change-email is verified
    #[arg(long)]
    verified: bool,
    /// Take profiles without e-mail, as a connection with user names or phone numbers does
    #[arg(long)]
    email_optional: bool,
    /// Which Node.js the script is told it runs on: 18, 20 or 22
    #[arg(long, value_name = "MAJOR", default_value_t)]
    node_version: NodeVersion,
    /// The context parameter, for scripts that declare it: a JSON object
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    #[command(flatten)]
    workers: WorkerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Command {
    fn parts(self) -> (Action, Args) {
        match self {
            Self::Login(args) => (Action::Login, args),
            Self::GetUser(args) => (Action::GetUser, args),
            Self::Create(args) => (Action::Create, args),
            Self::Verify(args) => (Action::Verify, args),
            Self::ChangePassword(args) => (Action::ChangePassword, args),
            Self::ChangeEmail(args) => (Action::ChangeEmail, args),
            Self::Delete(args) => (Action::Delete, args),
        }
    }
}

/// Runs the script and reports; the status tells the outcome.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    let (action, args) = command.parts();
    let (request, _proxy) = match request(action, &args).await {
        Ok(made) => made,
        Err(error) => {
            output::failure(&error);
            return Ok(output::USAGE);
        }
    };
    let begun = Instant::now();
    let pool = args
        .workers
        .start(|config| {
            config.spares = 1;
            config.workers_per_connection = 1;
        })
        .await?;
    let booted = begun.elapsed();
    let scrubber = Scrubber::of_request(&request);
    let mut report = pool.execute(request).await;
    // As in production: what is masked there is masked here.
    scrubber.report(&mut report);
    report.timings.boot += booted;
    pool.shutdown(Duration::ZERO).await;
    let answer = report::Answer::of(&report.outcome);
    let email = if args.email_optional {
        EmailRule::Optional
    } else {
        EmailRule::Required
    };
    check_profile(&mut report.outcome, email);
    if args.json {
        report::print_json(&report, &answer);
    } else {
        report::print_text(&report, &answer);
    }
    Ok(exit_code(&report.outcome) as u8)
}

/// A profile that production would not take is a bad answer.
fn check_profile(outcome: &mut Outcome, email: EmailRule) {
    if let Outcome::Profile(profile) = outcome
        && let Err(defect) = profile.clone().verify(email)
    {
        *outcome = Outcome::BadAnswer(defect.to_string());
    }
}

/// The order, and the proxy that must live as long as the run.
async fn request(action: Action, args: &Args) -> anyhow::Result<(ExecutionRequest, Option<Proxy>)> {
    let mut binding = binding(action, args)?;
    let proxy = match args.fault {
        Some(fault) => {
            let target = args
                .target
                .as_ref()
                .or(binding.allow_net.first())
                .cloned()
                .unwrap_or_default();
            let proxy = Proxy::start(fault, &target).await?;
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
        arguments: arguments::for_action(action, args)?,
        context: arguments::object(args.context.as_deref())?,
    };
    Ok((request, proxy))
}

fn binding(action: Action, args: &Args) -> anyhow::Result<Binding> {
    let project = args.project.as_deref().map(Project::read).transpose()?;
    let script = match (&args.script, &project) {
        (Some(file), _) => std::fs::read_to_string(file)
            .with_context(|| format!("read the script {}", file.display()))?,
        (None, Some(project)) => project
            .scripts
            .get(&action)
            .cloned()
            .with_context(|| format!("find {action}.js in {}", project.folder.display()))?,
        (None, None) => anyhow::bail!("run a script without --script FILE or --project DIR"),
    };
    anyhow::ensure!(
        script.len() <= SCRIPT_MAX_BYTES,
        "take the script: it has {} bytes and may have {SCRIPT_MAX_BYTES}",
        script.len()
    );
    let mut configuration: BTreeMap<String, Secret> =
        arguments::configuration(args.config.as_deref())?
            .into_iter()
            .map(|(key, text)| (key, Secret::new(text)))
            .collect();
    let mut allow_net: Vec<String> = args.allow_net.iter().map(ToString::to_string).collect();
    if let Some(project) = project {
        configuration.extend(project.configuration);
        allow_net.extend(project.allow_net.iter().map(ToString::to_string));
    }
    Ok(Binding {
        tenant: TenantId::from_text("try"),
        connection: ConnectionId::from_text("try"),
        revision: 0,
        scripts: BTreeMap::from([(action, script)]),
        configuration,
        node_version: args.node_version,
        limits: Limits::default(),
        allow_net,
        public_net: true,
        only_net: None,
    })
}
