//! `trickle connection`.

mod migration;
mod place;
mod rehearsal;
mod scripts;

use anyhow::Context as _;
use serde_json::{Value, json};
use trickle_jail::EgressRule;
use trickle_model::{Clock as _, Connection, OperatorEgress, SystemClock};
use trickle_store::Store;

use crate::{
    data_dir::StoreArgs,
    output::{self, Mistake},
    tenant,
};

/// Commands about connections.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List, show and switch versions of a connection's scripts
    #[command(subcommand)]
    Scripts(scripts::Command),
    /// On a server: how far a migration is, its end, and who has not moved
    #[command(subcommand)]
    Migration(migration::Command),
    /// On a server: what runs beside logins, and what was found
    #[command(subcommand)]
    Rehearsal(rehearsal::Command),
    /// Show or set what the scripts of a connection may reach
    ///
    /// Without rules it shows what is set. With rules it replaces them; workers take them over with their next run.
    #[command(
        after_help = "Example: trickle connection egress default customers --allow db.internal:5432 --public off"
    )]
    Egress {
        /// The tenant
        tenant: String,
        /// The connection
        connection: String,
        /// Private destination that its scripts may reach, as HOST:PORT, IP or CIDR; can be given several times
        #[arg(long, value_name = "RULE")]
        allow: Vec<EgressRule>,
        /// Whether they may reach public addresses without a rule
        #[arg(long, value_enum, value_name = "WHETHER")]
        public: Option<Public>,
        /// Go back to public addresses and nothing else
        #[arg(long, conflicts_with_all = ["allow", "public"])]
        reset: bool,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Whether public addresses are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Public {
    /// They are
    On,
    /// Only those that a rule opens
    Off,
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    let (tenant, connection, allow, public, reset, store, json) = match command {
        Command::Scripts(command) => return scripts::run(command).await,
        Command::Migration(command) => return migration::run(command).await,
        Command::Rehearsal(command) => return rehearsal::run(command).await,
        Command::Egress {
            tenant,
            connection,
            allow,
            public,
            reset,
            store,
            json,
        } => (tenant, connection, allow, public, reset, store, json),
    };
    let store = store.open().await?;
    let found = find(&store, &tenant, &connection).await?;
    let wanted = if reset {
        Some(OperatorEgress::default())
    } else if allow.is_empty() && public.is_none() {
        None
    } else {
        Some(OperatorEgress {
            allow: allow.iter().map(ToString::to_string).collect(),
            public: public != Some(Public::Off),
        })
    };
    if let Some(egress) = &wanted {
        let now = SystemClock.now();
        store
            .set_connection_egress(&found.tenant, &found.id, egress, now)
            .await
            .context("store the rules")?;
    }
    let shown = wanted.as_ref().unwrap_or(&found.egress);
    print(&found, shown, json);
    Ok(output::SUCCESS)
}

async fn find(store: &Store, tenant: &str, connection: &str) -> anyhow::Result<Connection> {
    let tenant_id = tenant::find(store, tenant).await?.id;
    let found = store
        .connection_by_name(&tenant_id, connection)
        .await
        .context("read the connection")?;
    found.ok_or_else(|| {
        Mistake(format!(
            "find the connection {connection} of tenant {tenant}; make it by `trickle push --create` or POST /api/v2/connections"
        ))
        .into()
    })
}

fn view(connection: &Connection, egress: &OperatorEgress) -> Value {
    json!({
        "connection": connection.name,
        "allow": egress.allow,
        "public": egress.public,
        "only": connection.options.egress_only(),
    })
}

fn print(connection: &Connection, egress: &OperatorEgress, as_json: bool) {
    if as_json {
        return output::json(&view(connection, egress));
    }
    let public = if egress.public { "open" } else { "closed" };
    println!("connection        {}", connection.name);
    println!("public addresses  {public}");
    for rule in &egress.allow {
        println!("allowed           {rule}");
    }
    for rule in connection.options.egress_only().unwrap_or_default() {
        println!("narrowed to       {}", output::plain(&rule));
    }
}
