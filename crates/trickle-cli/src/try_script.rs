//! `trickle try`: one script, once, in the very sandbox of production.

mod arguments;
mod order;
mod report;
mod tape;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use trickle_engine::{Scrubber, exit_code};
use trickle_jail::EgressRule;
use trickle_model::{Action, EmailRule, NodeVersion, Outcome};

use self::tape::Tape;
use crate::{
    inspect::{InspectAddress, Inspection},
    output,
    programs::WorkerArgs,
    proving::Fault,
    typed, watching,
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
    /// Count the legacy store's users
    #[command(
        mut_arg("identifier", |argument| argument.hide(true)),
        after_help = "Example: trickle try count --script count.js --config config.json --allow-net 127.0.0.1:5432"
    )]
    Count(Args),
}

/// What a script is tried with.
#[derive(Clone, Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Args {
    /// The script
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Take script, configuration and addresses from a folder with trickle.toml; from the current one where neither this nor --script is given
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    project: Option<PathBuf>,
    /// What is wrong with the legacy store: down, slow:MS (milliseconds later), half-open, reset, garbage or wrong-schema
    #[arg(long, value_name = "FAULT")]
    fault: Option<Fault>,
    /// The legacy store that the fault is put in front of; the first private address unless given
    #[arg(long, value_name = "HOST:PORT", requires = "fault")]
    target: Option<String>,
    /// Run again whenever the script, or another file that it is run with, changes
    #[arg(long, conflicts_with = "record")]
    watch: bool,
    /// Wait for a debugger (Chrome DevTools, an editor) on this address of the machine, and stop at the script's first line
    #[arg(
        long,
        value_name = "HOST:PORT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:9229",
        conflicts_with = "watch"
    )]
    inspect: Option<InspectAddress>,
    /// Keep every byte of the run's connections and every answer about names, sealed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "fault"])]
    record: Option<PathBuf>,
    /// Run without a network: what a recording has is all that comes back
    #[arg(long, value_name = "FILE", conflicts_with = "fault")]
    replay: Option<PathBuf>,
    /// The key of recordings; ~/.config/trickle/recording.key unless given, and made where it is missing
    #[arg(long, env = "TRICKLE_RECORDING_KEY", value_name = "FILE")]
    recording_key: Option<PathBuf>,
    /// The configuration global: a JSON object of strings
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Private address that the script may reach, as HOST:PORT or CIDR; can be given several times
    #[arg(long, value_name = "HOST:PORT")]
    allow_net: Vec<EgressRule>,
    /// E-mail address or user name; the id without auth0| for delete. For login and get-user the known user of trickle.toml unless given
    #[arg(long, value_name = "TEXT")]
    identifier: Option<String>,
    /// Read the password (for change-password the new one) from standard input, up to the first line end; a terminal is asked and shows nothing
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
            Self::Count(args) => (Action::Count, args),
        }
    }
}

impl Args {
    /// What a change of makes the run another one.
    fn files(&self) -> Vec<PathBuf> {
        let files = [
            &self.script,
            &self.project,
            &self.config,
            &self.user,
            &self.context,
        ];
        files.into_iter().flatten().cloned().collect()
    }
}

/// Runs the script and reports; the status tells the outcome.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    let (action, mut args) = command.parts();
    let here = Path::new(".");
    if args.script.is_none() && args.project.is_none() && here.join("trickle.toml").is_file() {
        args.project = Some(here.to_owned());
    }
    let password = args.password_stdin.then(|| typed::password("Password: "));
    let password = password.transpose()?;
    if !args.watch {
        return once(action, &args, password.as_deref()).await;
    }
    let again = async || {
        if let Err(error) = once(action, &args, password.as_deref()).await {
            output::failure(&error);
        }
    };
    watching::whenever_changed(|| args.files(), &[], again).await
}

async fn once(action: Action, args: &Args, password: Option<&str>) -> anyhow::Result<u8> {
    let prepare = || {
        let tape = Tape::of(args)?;
        let order = order::of(action, args, password, tape.is_some())?;
        anyhow::Ok((tape, order))
    };
    let (tape, order) = match prepare() {
        Ok(prepared) => prepared,
        Err(error) => {
            output::failure(&error);
            return Ok(output::USAGE);
        }
    };
    let inspection = match args.inspect {
        Some(address) => Some(Inspection::start(address, action, order.file.as_deref()).await?),
        None => None,
    };
    let begun = Instant::now();
    let pool = args
        .workers
        .start(|config| {
            config.spares = 1;
            config.workers_per_connection = 1;
            config.wire = tape.as_ref().map(Tape::wire);
            config.inspect = inspection.as_ref().map(Inspection::door);
            if config.inspect.is_some() {
                config.max_age = order::PATIENCE;
            }
        })
        .await?;
    let booted = begun.elapsed();
    let scrubber = Scrubber::of_request(&order.request);
    let made = match &tape {
        Some(tape) => order.prepare(&pool, tape.argument()).await,
        None => Ok(()),
    };
    let run = match made {
        Ok(()) => Ok(pool.execute(order.request.clone()).await),
        Err(error) => Err(error),
    };
    let mut report = match run {
        Ok(report) => report,
        Err(error) => {
            pool.shutdown(Duration::ZERO).await;
            return Err(error);
        }
    };
    // As in production: what is masked there is masked here.
    scrubber.report(&mut report);
    report.timings.boot += booted;
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
    if let Some(inspection) = inspection {
        inspection.until_left().await;
    }
    pool.shutdown(Duration::ZERO).await;
    if let Some(tape) = tape {
        tape.end()?;
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
