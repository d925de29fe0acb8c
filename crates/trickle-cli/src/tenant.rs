//! `trickle tenant`.

use anyhow::Context as _;
use serde_json::{Value, json};
use trickle_engine::{create_tenant, keep_unserved};
use trickle_model::SystemClock;
use trickle_store::Tenant;

use crate::{
    data_dir::StoreArgs,
    output::{self, Mistake},
};

/// Commands about tenants.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a tenant
    #[command(after_help = "Example: trickle tenant create acme --domain login.acme.example")]
    Create {
        /// Part of its host name: lower-case letters, digits and hyphens
        name: String,
        /// A host name of its own; can be given several times
        #[arg(long, value_name = "HOST")]
        domain: Vec<String>,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List all tenants
    #[command(after_help = "Example: trickle tenant list --json")]
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Name the connection of logins without a realm
    #[command(after_help = "Example: trickle tenant default-connection default customers")]
    DefaultConnection {
        /// The tenant
        tenant: String,
        /// The connection
        connection: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep what may have kept people out and has no effect here, such as bound actions
    #[command(after_help = "Example: trickle tenant keep-unserved default on")]
    KeepUnserved {
        /// The tenant
        tenant: String,
        /// Whether it knows that they have no effect
        #[arg(value_enum)]
        keeps: Keeps,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Whether bound actions, enabled rules and the like are kept or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Keeps {
    /// They are kept, without effect
    On,
    /// They are refused
    Off,
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Create {
            name,
            domain,
            store,
            json,
        } => {
            // It may come before the first start of the server.
            let store = store.open_or_make().await?;
            let tenant = create_tenant(&store, &SystemClock, &name, &domain)
                .await
                .context("make the tenant")?;
            print(&tenant, json);
        }
        Command::List { store, json } => {
            let tenants = store
                .open()
                .await?
                .list_tenants()
                .await
                .context("read the tenants")?;
            if json {
                output::json(&tenants.iter().map(view).collect::<Vec<_>>());
            } else {
                for tenant in &tenants {
                    print(tenant, false);
                }
            }
        }
        Command::DefaultConnection {
            tenant,
            connection,
            store,
            json,
        } => {
            let store = store.open().await?;
            let found = find(&store, &tenant).await?;
            store
                .connection_by_name(&found.id, &connection)
                .await
                .context("read the connection")?
                .ok_or_else(|| {
                    Mistake(format!(
                        "find the connection {connection} of tenant {tenant}; make it by `trickle push --create` or POST /api/v2/connections"
                    ))
                })?;
            store
                .set_default_directory(&found.id, Some(&connection))
                .await
                .context("store the tenant")?;
            print(&find(&store, &tenant).await?, json);
        }
        Command::KeepUnserved {
            tenant,
            keeps,
            store,
            json,
        } => {
            let store = store.open().await?;
            let found = find(&store, &tenant).await?;
            keep_unserved(&store, &SystemClock, &found.id, keeps == Keeps::On)
                .await
                .context("store the tenant's settings")?;
            print(&found, json);
        }
    }
    Ok(output::SUCCESS)
}

/// The tenant of this name.
pub async fn find(store: &trickle_store::Store, name: &str) -> anyhow::Result<Tenant> {
    let found = store
        .tenant_by_name(name)
        .await
        .context("read the tenant")?;
    found.ok_or_else(|| {
        Mistake(format!(
            "find the tenant {name}; `trickle tenant list` shows what there is in the install of --data-dir"
        ))
        .into()
    })
}

fn print(tenant: &Tenant, as_json: bool) {
    if as_json {
        output::json(&view(tenant));
    } else {
        println!(
            "{}  {}  {}",
            tenant.id,
            tenant.name,
            tenant.domains.join(" ")
        );
    }
}

fn view(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "domains": tenant.domains,
        "default_directory": tenant.default_directory,
    })
}
