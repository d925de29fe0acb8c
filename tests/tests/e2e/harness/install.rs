//! A data folder and how its server is started.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{
    program::{Done, run},
    server::{Credentials, Server},
};

/// An install in a folder of its own.
pub struct Install {
    folder: TempDir,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    database_url: Option<String>,
}

impl Install {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            options: Vec::new(),
            environment: Vec::new(),
            database_url: None,
        }
    }

    /// Starts servers with these options too.
    pub fn with(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(ToString::to_string));
        self
    }

    /// Lets scripts reach all of 127.0.0.1.
    pub fn with_local_net(self) -> Self {
        self.with(&["--allow-net", "127.0.0.1"])
    }

    /// Starts servers with this environment variable.
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keeps its data in PostgreSQL.
    pub fn in_database(mut self, url: &str) -> Self {
        self.database_url = Some(url.to_owned());
        self
    }

    /// Where keys and data are.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The copy of the CA's certificate.
    pub fn ca_out(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A server on free ports that has announced itself.
    pub fn start(&self) -> Server {
        let ca_out = self.ca_out();
        let mut args = vec!["serve", "--json"];
        args.extend(["--http", "127.0.0.1:0", "--https", "127.0.0.1:0"]);
        args.extend(["--ca-out", ca_out.to_str().unwrap()]);
        args.extend(self.options.iter().map(String::as_str));
        let store = self.store_args();
        args.extend(store.iter().map(String::as_str));
        Server::start(&args, &self.environment, &ca_out)
    }

    /// Runs a command on this install.
    pub fn run(&self, args: &[&str]) -> Done {
        let mut args = args.to_vec();
        let store = self.store_args();
        args.extend(store.iter().map(String::as_str));
        run(&args)
    }

    /// A new tenant with a client that may do everything.
    pub fn tenant(&self, name: &str) -> Credentials {
        self.run(&["tenant", "create", name]).with_code(0);
        self.client(name)
    }

    /// A new client that may do everything.
    pub fn client(&self, tenant: &str) -> Credentials {
        let mut args = vec!["client", "create", "--tenant", tenant, "--name", "test"];
        for grant in ["client_credentials", "password", "password-realm"] {
            args.extend(["--grant", grant]);
        }
        args.push("--json");
        let made = self.run(&args).with_code(0).json();
        serde_json::from_value(made).unwrap()
    }

    fn store_args(&self) -> Vec<String> {
        let data_dir = self.data_dir().to_str().unwrap().to_owned();
        let mut args = vec!["--data-dir".to_owned(), data_dir];
        if let Some(url) = &self.database_url {
            args.extend(["--database-url".to_owned(), url.clone()]);
        }
        args
    }
}
