//! `trickle import`: a file of users onto a server.

mod dry_run;
mod errors;
mod progress;
mod upload;

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};

use self::progress::Progress;
use crate::{
    output::{self, Mistake},
    remote::{MaybeRemote, Server},
};

/// What to import, and where.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle import users.ndjson --dry-run\nExample: TRICKLE_CLIENT_SECRET=… trickle import users.json --server https://acme.trickle.example --client-id abc --connection customers\n\nThe file is a JSON array, JSON values one after the other, or CSV with a header; it may be packed by gzip. The client needs read:connections and create:users.\nStatus: 0 all rows are in, or their users were there before; 1 some rows are not; 2 called wrongly; 6 it could not be done."
)]
pub struct Args {
    /// The file of users
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    remote: MaybeRemote,
    /// Change users who are there already, instead of skipping them
    #[arg(long)]
    upsert: bool,
    /// A name of your own for the job
    #[arg(long, value_name = "TEXT")]
    external_id: Option<String>,
    /// Only read the file and say what is wrong with it; needs no server, but knows the connection's rules when one is named
    #[arg(long)]
    dry_run: bool,
    /// Where rows go that are not imported, with the reasons; FILE.errors.ndjson unless given
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    let target = match &args.remote.whole()? {
        Some(remote) => {
            let server = Server::open(remote).await?;
            let connection = server.connection(&remote.connection).await?;
            Some((server, connection))
        }
        None if args.dry_run => None,
        None => {
            let message = "import without a server; name --server, --client-id and --connection, or use --dry-run";
            return Err(Mistake(message.to_owned()).into());
        }
    };
    match target {
        Some((server, connection)) if !args.dry_run => import(&args, &server, &connection).await,
        target => dry_run::run(&args, target.map(|(_, connection)| connection)).await,
    }
}

async fn import(args: &Args, server: &Server, connection: &Value) -> anyhow::Result<u8> {
    let id = connection["id"]
        .as_str()
        .context("find the connection's id")?;
    let mut progress = Progress::new();
    let job = upload::send(args, server, id, &progress).await?;
    let id = job["id"].as_str().context("find the job's id")?;
    let job = upload::wait(server, id, &mut progress).await?;
    progress.clear();
    let summary = &job["summary"];
    let count = |name: &str| summary[name].as_u64().unwrap_or(0);
    let file = args.errors.clone().unwrap_or_else(|| {
        let mut name = args.file.clone().into_os_string();
        name.push(".errors.ndjson");
        name.into()
    });
    let refused = match count("failed") {
        0 => errors::Refused::default(),
        _ => errors::fetch(server, id, &file).await?,
    };
    let (inserted, updated) = (count("inserted"), count("updated"));
    let errors::Refused { skipped, failed } = refused;
    let is_complete = job["status"] == "completed";
    if args.json {
        output::json(&json!({
            "job": id, "status": job["status"], "reason": job["status_details"], "total": count("total"),
            "imported": inserted, "updated": updated, "skipped": skipped, "failed": failed,
            "errors": (skipped + failed > 0).then(|| file.display().to_string()),
        }));
    } else {
        println!("imported {inserted}, updated {updated}, skipped {skipped}, failed {failed}");
        if skipped + failed > 0 {
            eprintln!("the rows that are not in, and why: {}", file.display());
        }
        if !is_complete {
            let reason = job["status_details"].as_str().unwrap_or("no reason given");
            eprintln!("the job ended early: {}", output::line(reason));
        }
    }
    Ok(if is_complete && failed == 0 {
        output::SUCCESS
    } else {
        output::ANSWER_IS_NO
    })
}
