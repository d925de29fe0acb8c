//! What one would do without Trickle: Node.js itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::caller::Caller;
use crate::http::HttpCaller;
use crate::pool::{EMAIL, PASSWORD, Script};

const SERVER: &str = include_str!("../scripts/server.js");
const ONCE: &str = include_str!("../scripts/once.js");

/// The program, if there is one in `PATH`.
pub fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|program| program.is_file())
}

/// A warm server that runs one script.
pub struct NodeServer {
    port: u16,
    _process: Child,
    _folder: TempDir,
}

impl NodeServer {
    /// Started and listening; the script can load the packages in `modules`.
    pub async fn start(node: &Path, modules: &Path, script: &Script) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("make a folder")?;
        let [server, login] = ["server.js", "login.js"].map(|name| folder.path().join(name));
        std::fs::write(&server, SERVER).context("write the server")?;
        std::fs::write(&login, &script.text).context("write the script")?;
        let configuration = serde_json::to_string(&script.configuration)?;
        let mut process = Command::new(node)
            .arg(server)
            .arg(login)
            .env("NODE_PATH", modules)
            .env("CONFIGURATION", configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start node")?;
        let stdout = process.stdout.take().context("read node's output")?;
        let line = BufReader::new(stdout).lines().next_line().await;
        let line = line
            .context("read node's port")?
            .context("start the node server")?;
        Ok(Self {
            port: line.parse().context("read node's port")?,
            _process: process,
            _folder: folder,
        })
    }

    /// Callers with a connection each.
    pub async fn callers(&self, count: usize) -> anyhow::Result<Vec<HttpCaller>> {
        let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut callers = Vec::new();
        for _ in 0..count {
            callers.push(HttpCaller::connect(self.port, request.clone()).await?);
        }
        Ok(callers)
    }
}

/// Starts a process for each call.
#[derive(Clone)]
pub struct ProcessCaller {
    node: PathBuf,
    script: PathBuf,
}

impl ProcessCaller {
    /// Writes the script, and what calls it, into the folder.
    pub fn new(node: &Path, script: &Script, folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("script.js");
        std::fs::write(&path, format!("{}{ONCE}", script.text)).context("write the script")?;
        Ok(Self {
            node: node.to_owned(),
            script: path,
        })
    }
}

impl Caller for ProcessCaller {
    async fn call(&mut self) -> anyhow::Result<()> {
        let output = Command::new(&self.node)
            .arg(&self.script)
            .args([EMAIL, PASSWORD])
            .stdin(Stdio::null())
            .output()
            .await
            .context("start node")?;
        let is_profile = output.stdout.starts_with(b"{");
        ensure!(output.status.success() && is_profile, "node gave no answer");
        Ok(())
    }
}
