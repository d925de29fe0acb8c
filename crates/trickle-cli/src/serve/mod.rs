//! `trickle serve`.

mod ceiling;
mod door;
mod first_client;
mod listeners;
mod proxies;
mod server;
mod tls;

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use anyhow::Context as _;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use trickle_api::ManagementRate;
use trickle_jail::EgressRule;

use crate::{
    data_dir::StoreArgs, mail::MailArgs, output, programs::WorkerArgs, telemetry::LogFormat,
};

pub use ceiling::CeilingArgs;
pub use listeners::Wanted;
pub use proxies::{Proxies, Proxy};
pub use server::{Server, Settings};

/// A quarter: long enough to look into what somebody complains about.
pub const KEEP_LOG_DAYS: u16 = 90;

/// Arguments of the server.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle serve --data-dir ./data --http 127.0.0.1:8080 --https 127.0.0.1:8443 --ca-out ca.pem"
)]
pub struct Args {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Plain HTTP, for a proxy that does TLS; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// HTTPS with a certificate of the install's own CA; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub https: Option<SocketAddr>,
    /// Write the CA's certificate, which clients have to trust, to this file too
    #[arg(long, value_name = "FILE")]
    pub ca_out: Option<PathBuf>,
    /// Further host name or address in the certificate; can be given several times
    #[arg(long, value_name = "HOST")]
    pub tls_name: Vec<String>,
    /// With trickle.example, acme.trickle.example is the tenant acme
    #[arg(long, value_name = "DOMAIN")]
    pub base_domain: Option<String>,
    /// Private address that scripts may reach, as HOST:PORT or CIDR; can be given several times
    #[arg(long, value_name = "HOST:PORT")]
    pub allow_net: Vec<EgressRule>,
    /// HOST or HOST:PORT under which people reach the default tenant; links in its mails lead there
    #[arg(long, value_name = "HOST", env = "TRICKLE_PUBLIC_HOST")]
    pub public_host: Option<String>,
    /// Proxy whose X-Forwarded-For is believed, as address or CIDR; can be given several times
    #[arg(long, value_name = "CIDR")]
    pub trust_proxy: Vec<Proxy>,
    /// Days that entries of tenants' logs are kept, which name people and their addresses
    #[arg(long, value_name = "DAYS", default_value_t = KEEP_LOG_DAYS, value_parser = clap::value_parser!(u16).range(1..))]
    pub keep_log_days: u16,
    /// Requests per second of one tenant to the Management API
    #[arg(long, value_name = "NUMBER", default_value_t = ManagementRate::default().0)]
    pub management_rate: NonZeroU32,
    /// Most bytes of a file of users that is imported; unlimited unless given
    #[arg(long, value_name = "BYTES", env = "TRICKLE_IMPORT_MAX_BYTES")]
    pub import_max_bytes: Option<u64>,
    #[command(flatten)]
    pub mail: MailArgs,
    #[command(flatten)]
    pub ceiling: CeilingArgs,
    #[command(flatten)]
    pub workers: WorkerArgs,
    /// How log lines look
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Print addresses and files as JSON once the server is up
    #[arg(long)]
    pub json: bool,
}

/// Runs the server until it is asked to end.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    if args.http.is_none() && args.https.is_none() {
        eprintln!("trickle: name --http ADDR or --https ADDR, or both");
        return Ok(output::USAGE);
    }
    let json = args.json;
    let server = Server::start(Settings::from(args)).await?;
    let end = EndSignals::listen()?;
    announce(&server, json);
    end.any().await;
    tracing::info!("ending");
    server.stop().await;
    Ok(output::SUCCESS)
}

fn announce(server: &Server, as_json: bool) {
    let addresses = server.addresses();
    if as_json {
        output::json(&json!({
            "http": addresses.http.map(|addr| format!("http://{addr}")),
            "https": addresses.https.map(|addr| format!("https://{addr}")),
            "ca": server.ca_file(),
            "first_client": server.first_client_file(),
        }));
        return;
    }
    for url in addresses.urls() {
        println!("listening     {url}");
    }
    println!("CA            {}", server.ca_file().display());
    println!("first client  {}", server.first_client_file().display());
}

/// The signals that ask the server to end, listened for before it says that it is up.
struct EndSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl EndSignals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("listen for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("listen for SIGINT")?,
        })
    }

    async fn any(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
