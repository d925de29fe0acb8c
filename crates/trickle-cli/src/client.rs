//! `trickle client`.

use anyhow::Context as _;
use serde_json::json;
use trickle_engine::{MANAGEMENT_SCOPES, NewClient, create_client};
use trickle_model::{Grant, SystemClock};
use trickle_store::{ClientFilter, Page};

use crate::{
    data_dir::StoreArgs,
    output::{self, Mistake},
    tenant,
};

/// Commands about API clients.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a client and print its secret, once
    #[command(
        after_help = "Example: trickle client create --tenant default --name deploy --grant client_credentials"
    )]
    Create {
        /// Its tenant
        #[arg(long, default_value = "default", value_name = "NAME")]
        tenant: String,
        /// Shown to people
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// client_credentials, password, password-realm, authorization_code, implicit, refresh_token or mfa-otp; can be given several times
        #[arg(long, required = true, value_name = "GRANT")]
        grant: Vec<Grant>,
        /// Scopes of the Management API; all of them when the client has client_credentials and none is named
        #[arg(long, value_name = "SCOPE")]
        scope: Vec<String>,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the clients of a tenant
    #[command(after_help = "Example: trickle client list --tenant default --json")]
    List {
        /// The tenant
        #[arg(long, default_value = "default", value_name = "NAME")]
        tenant: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub async fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Create {
            tenant,
            name,
            grant,
            scope,
            store,
            json,
        } => {
            let store = store.open().await?;
            let tenant = tenant::find(&store, &tenant).await?.id;
            let scopes = management_scopes(&grant, scope)?;
            let new = NewClient {
                tenant,
                name,
                grants: grant,
                management_scopes: scopes,
            };
            let (client, secret) = create_client(&store, &SystemClock, new)
                .await
                .context("make the client")?;
            if json {
                output::json(&json!({
                    "client_id": client.id, "client_secret": secret.expose(), "name": client.name,
                    "grants": client.grant_types,
                }));
            } else {
                println!("client_id      {}", client.id);
                println!("client_secret  {}", secret.expose());
                eprintln!("The secret is not kept and cannot be shown again.");
            }
        }
        Command::List {
            tenant,
            store,
            json,
        } => {
            let store = store.open().await?;
            let tenant = tenant::find(&store, &tenant).await?.id;
            let all = Page {
                offset: 0,
                limit: 1000,
            };
            let clients = store
                .list_clients(&tenant, &ClientFilter::default(), all)
                .await
                .context("read the clients")?;
            if json {
                let rows: Vec<_> = clients
                    .items
                    .iter()
                    .map(|client| {
                        json!({
                            "client_id": client.id, "name": client.name,
                            "grants": client.grant_types,
                        })
                    })
                    .collect();
                output::json(&rows);
            } else {
                for client in clients.items {
                    println!(
                        "{}  {}  {}",
                        client.id,
                        output::line(&client.name),
                        client.grant_types.join(" ")
                    );
                }
            }
        }
    }
    Ok(output::SUCCESS)
}

fn management_scopes(grants: &[Grant], named: Vec<String>) -> anyhow::Result<Vec<String>> {
    if let Some(unknown) = named
        .iter()
        .find(|scope| !MANAGEMENT_SCOPES.contains(&scope.as_str()))
    {
        let all = MANAGEMENT_SCOPES.join(", ");
        return Err(Mistake(format!("use the scope {unknown}; there are {all}")).into());
    }
    if named.is_empty() && grants.contains(&Grant::ClientCredentials) {
        return Ok(MANAGEMENT_SCOPES
            .iter()
            .map(|&scope| scope.to_owned())
            .collect());
    }
    Ok(named)
}
