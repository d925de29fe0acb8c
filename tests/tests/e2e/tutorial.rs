//! The commands of docs/tutorial/move-your-first-user.md, as a reader would type them.

use std::{
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use trickle_testkit::{postgres::Postgres, tcp::Refused, wait_for};

use crate::harness::program_folder;

const PAGE: &str = include_str!("../../../docs/tutorial/move-your-first-user.md");

/// The page's commands, in order.
fn blocks() -> Vec<&'static str> {
    PAGE.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

struct Reader<'a> {
    folder: &'a Path,
    legacy: String,
    legacy_port: String,
    port: String,
}

impl Reader<'_> {
    fn command(&self, text: &str) -> Command {
        let legacy = format!(":{}", self.legacy_port);
        let text = text
            .trim_end()
            .replace("8443", &self.port)
            .replace(":5432", &legacy);
        let path = format!(
            "{}:{}",
            program_folder().display(),
            std::env::var("PATH").unwrap()
        );
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", &text])
            .current_dir(self.folder)
            .env("PATH", path)
            .env("LEGACY_URL", &self.legacy);
        bash
    }
}

/// A server that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_first_user_moves() {
    let postgres = Postgres::start();
    let database = postgres.fresh_database();
    let folder = tempfile::tempdir().unwrap();
    // Kept for the server all along.
    let place = Refused::start();
    let reader = Reader {
        folder: folder.path(),
        legacy: postgres.url(&database),
        legacy_port: postgres.port().to_string(),
        port: place.addr().port().to_string(),
    };
    let (mut typed, mut serving) = (String::new(), None);
    for block in blocks() {
        if block.starts_with("trickle serve") {
            let run = reader.command(&typed).status().unwrap();
            assert!(run.success(), "{run}");
            typed.clear();
            let server = reader.command(&format!("exec {block}")).spawn().unwrap();
            serving = Some(Serving(server));
            let address = format!("127.0.0.1:{}", reader.port);
            wait_for(Duration::from_mins(1), || {
                folder.path().join("data/first-client.json").exists()
                    && std::net::TcpStream::connect(&address).is_ok()
            });
        } else {
            typed.push_str(block);
        }
    }
    let last = reader.command(&typed).output().unwrap();
    let told = format!(
        "{}\n{}",
        String::from_utf8_lossy(&last.stdout),
        String::from_utf8_lossy(&last.stderr)
    );
    assert!(last.status.success() && serving.is_some(), "{told}");
    assert_eq!(told.matches("access_token").count(), 2, "{told}");
}
