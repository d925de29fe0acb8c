//! The server: every part of it, made and ended in order.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use jiff::SignedDuration;
use tokio::task::JoinHandle;
use trickle_api::{ApiState, ManagementRate, Tenancy, router};
use trickle_engine::{Engine, EngineParts, EngineSettings, Kept, bootstrap_default_tenant};
use trickle_model::{Limits, SystemClock};
use trickle_password::{HashingPool, PoolOptions};
use trickle_pool::{Pool, PoolConfig};
use trickle_store::Store;

use super::{
    Args, Proxies, first_client,
    listeners::{Addresses, Listeners, Wanted},
    tls::Authority,
};
use crate::{data_dir::StoreArgs, mail::MailArgs, programs::WorkerArgs};

/// Requests and runs that have begun may take this long after the server was asked to end:
/// the wall limit of a run and a little more.
const DRAIN: Duration = Duration::from_secs(22);

/// How often what has had its time is removed.
const SWEEP: Duration = Duration::from_hours(1);
/// How often users without terms, and connections that go, are looked for; where there are none that costs one look at an index each.
const COMPLETE: Duration = Duration::from_secs(5);
/// How long the ledger keeps its lines; counts by day stay.
const LEDGER_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How a server is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The install.
    pub store: StoreArgs,
    /// Where it listens.
    pub wanted: Wanted,
    /// A copy of the CA's certificate.
    pub ca_out: Option<PathBuf>,
    /// Names in the certificate besides those of this machine.
    pub tls_names: Vec<String>,
    /// Domain below which each tenant has its name.
    pub base_domain: Option<String>,
    /// Private addresses that scripts may reach.
    pub allow_net: Vec<String>,
    /// The most that a connection gets of the limits that it asks for.
    pub limits_ceiling: Limits,
    /// Most bytes of a file of users.
    pub import_max_bytes: Option<u64>,
    /// Where the default tenant is reached.
    pub public_host: Option<String>,
    /// Days that entries of the log are kept.
    pub keep_log_days: u16,
    /// Those whose word on addresses is believed.
    pub proxies: Proxies,
    /// Requests of one tenant to the Management API.
    pub management_rate: ManagementRate,
    /// Who carries mails.
    pub mail: MailArgs,
    /// The workers' programs.
    pub workers: WorkerArgs,
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        Self {
            store: args.store,
            wanted: Wanted {
                http: args.http,
                https: args.https,
            },
            ca_out: args.ca_out,
            tls_names: args.tls_name,
            base_domain: args.base_domain,
            allow_net: args.allow_net.iter().map(ToString::to_string).collect(),
            limits_ceiling: args.ceiling.limits(),
            import_max_bytes: args.import_max_bytes,
            public_host: args.public_host,
            keep_log_days: args.keep_log_days,
            proxies: Proxies::new(args.trust_proxy),
            management_rate: ManagementRate(args.management_rate),
            mail: args.mail,
            workers: args.workers,
        }
    }
}

/// A running server.
pub struct Server {
    listeners: Listeners,
    sweeper: JoinHandle<()>,
    jobs: JoinHandle<()>,
    engine: Engine,
    pool: Pool,
    store: Store,
    ca_file: PathBuf,
    first_client_file: PathBuf,
}

impl Server {
    /// Opens the store, boots the workers, listens.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let folder = settings.store.data_dir.clone();
        let store = settings.store.open_or_make().await?;
        let tenant = bootstrap_default_tenant(&store, &SystemClock)
            .await
            .context("make the default tenant")?
            .tenant;
        let first_client_file = first_client::ensure(&store, &tenant, &folder).await?;

        let mut names = settings.tls_names;
        names.extend(
            settings
                .base_domain
                .iter()
                .flat_map(|base| [base.clone(), format!("*.{base}")]),
        );
        let authority = Authority::load_or_create(&folder)?;
        let ca_file = authority.certificate_file().to_owned();
        if let Some(copy) = &settings.ca_out {
            // `copy` would empty a file that is copied to itself.
            std::fs::read(&ca_file)
                .and_then(|certificate| std::fs::write(copy, certificate))
                .with_context(|| format!("write the CA's certificate to {}", copy.display()))?;
        }

        let ceiling = settings.limits_ceiling;
        let pool = settings
            .workers
            .start(|config| config.data_limit_bytes = Some(PoolConfig::data_bytes(&ceiling)))
            .await?;
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            runner: Arc::new(pool.clone()),
            passwords: HashingPool::new(PoolOptions::default()),
            mailer: settings.mail.mailer(&folder)?,
            clock: Arc::new(SystemClock),
            settings: EngineSettings {
                allow_net: settings.allow_net,
                limits_ceiling: ceiling,
                import_limit_bytes: settings.import_max_bytes,
                ..EngineSettings::default()
            },
        });
        let tenancy = Tenancy {
            base_domain: settings.base_domain,
            default_tenant: Some(tenant.name),
            public_host: settings.public_host,
        };
        let kept = Kept {
            ledger: LEDGER_KEPT,
            log: SignedDuration::from_hours(24 * i64::from(settings.keep_log_days)),
        };
        let sweeper = sweep(engine.clone(), kept);
        let state = ApiState::new(engine.clone(), tenancy);
        let app = router(state.with_management_rate(settings.management_rate));
        let jobs = work_on_jobs(engine.clone());
        let listeners =
            Listeners::start(settings.wanted, app, settings.proxies, &authority, &names).await?;
        Ok(Self {
            listeners,
            sweeper,
            jobs,
            engine,
            pool,
            store,
            ca_file,
            first_client_file,
        })
    }

    /// Where it listens.
    pub const fn addresses(&self) -> Addresses {
        self.listeners.addresses()
    }

    /// The CA's certificate.
    pub const fn ca_file(&self) -> &PathBuf {
        &self.ca_file
    }

    /// Id and secret of the first client.
    pub const fn first_client_file(&self) -> &PathBuf {
        &self.first_client_file
    }

    /// Refuses new requests, lets those that have begun finish, and leaves no process behind.
    pub async fn stop(self) {
        self.listeners.stop(DRAIN).await;
        self.sweeper.abort();
        // A part that is cut short is taken up again at the next start.
        self.jobs.abort();
        if tokio::time::timeout(DRAIN, self.engine.drain())
            .await
            .is_err()
        {
            tracing::warn!("logins were cut short");
        }
        self.pool.shutdown(Duration::from_secs(1)).await;
        self.store.close().await;
    }
}

fn work_on_jobs(engine: Engine) -> JoinHandle<()> {
    tokio::spawn(async move { engine.work_on_jobs().await })
}

/// Removes what has had its time, at once and then every hour.
fn sweep(engine: Engine, kept: Kept) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::join!(
            remove_old(&engine, kept),
            complete_terms(&engine),
            finish_removals(&engine)
        );
    })
}

async fn remove_old(engine: &Engine, kept: Kept) {
    let mut every = tokio::time::interval(SWEEP);
    loop {
        every.tick().await;
        if let Err(error) = engine.sweep(kept).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "failed to remove what has had its time"
            );
        }
    }
}

/// Connections that were removed go with all their users, of this run or of the one before.
async fn finish_removals(engine: &Engine) {
    let mut every = tokio::time::interval(COMPLETE);
    loop {
        every.tick().await;
        if let Err(error) = engine.store().finish_removals().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "failed to remove what is left of a connection"
            );
        }
    }
}

/// Users that were imported are searched for by their metadata from then on.
async fn complete_terms(engine: &Engine) {
    let mut every = tokio::time::interval(COMPLETE);
    loop {
        every.tick().await;
        if let Err(error) = engine.complete_terms().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "failed to complete the index of users"
            );
        }
    }
}
