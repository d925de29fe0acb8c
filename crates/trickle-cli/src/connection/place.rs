//! A connection on a server.

use anyhow::Context as _;
use reqwest::Response;

use crate::remote::{Remote, Server};

/// Which connection, and how to print.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    #[command(flatten)]
    pub remote: Remote,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Place {
    /// The server, and the path of something of the connection.
    pub async fn open(&self, below: &str) -> anyhow::Result<(Server, String)> {
        let server = Server::open(&self.remote).await?;
        let connection = server.connection(&self.remote.connection).await?;
        let id = connection["id"]
            .as_str()
            .context("find the connection's id")?;
        Ok((server, format!("/api/v2/connections/{id}{below}")))
    }
}

/// Where a list goes on.
pub fn next(response: &Response) -> Option<String> {
    let next = response.headers().get("x-next")?.to_str().ok()?;
    let pair = format!("x={next}");
    let (_, next) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(next.into_owned())
}
