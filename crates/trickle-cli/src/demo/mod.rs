//! `trickle demo`: a migration from beginning to end, with nothing else installed.

mod legacy;
mod walk;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;

use crate::{
    data_dir::StoreArgs,
    mail::MailArgs,
    output,
    programs::WorkerArgs,
    serve::{KEEP_LOG_DAYS, Proxies, Server, Settings},
};

/// Arguments of the demo.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Example: trickle demo --exit")]
pub struct Args {
    /// End after the two logins
    #[arg(long)]
    pub exit: bool,
    /// Print what happened as JSON
    #[arg(long)]
    pub json: bool,
    /// Plain HTTP of the server
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub http: SocketAddr,
    /// HTTPS of the server
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub https: SocketAddr,
    #[command(flatten)]
    pub workers: WorkerArgs,
}

/// Runs the demo; 0 when the first login moved the user and the second was native.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    let folder = tempfile::tempdir().context("make a folder for the demo")?;
    let legacy = legacy::serve((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let server = Server::start(Settings {
        store: StoreArgs {
            data_dir: folder.path().join("data"),
            database_url: None,
        },
        wanted: crate::serve::Wanted {
            http: Some(args.http),
            https: Some(args.https),
        },
        ca_out: None,
        tls_names: Vec::new(),
        base_domain: None,
        allow_net: vec![legacy.to_string()],
        limits_ceiling: trickle_model::Limits::ceiling(),
        import_max_bytes: None,
        public_host: None,
        keep_log_days: KEEP_LOG_DAYS,
        proxies: Proxies::default(),
        management_rate: trickle_api::ManagementRate::default(),
        mail: MailArgs::folder(),
        workers: args.workers,
    })
    .await?;
    let walked = walk::walk(&server, legacy, args.json).await;
    let code = match &walked {
        Ok(true) => output::SUCCESS,
        Ok(false) => output::INTERNAL,
        Err(error) => {
            output::failure(error);
            output::INTERNAL
        }
    };
    if !args.exit && walked.is_ok() {
        walk::show_addresses(&server, legacy);
        tokio::signal::ctrl_c().await.context("listen for SIGINT")?;
    }
    server.stop().await;
    Ok(code)
}
