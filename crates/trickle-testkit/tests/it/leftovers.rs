//! Nothing stays behind, however the owner of a server ends.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use trickle_testkit::mariadb::MariaDb;
use trickle_testkit::postgres::Postgres;
use trickle_testkit::wait_for;

const LIMIT: Duration = Duration::from_secs(30);

/// Runs a client and gives success and its stdout, or its stderr.
pub fn ask(command: &mut Command, sql: &str) -> (bool, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(sql.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let ok = output.status.success();
    let text = if ok { output.stdout } else { output.stderr };
    (ok, String::from_utf8(text).unwrap())
}

struct Left {
    process: PathBuf,
    folder: PathBuf,
}

impl Left {
    fn of(process_id: u32, ca_file: &Path) -> Self {
        let process = PathBuf::from(format!("/proc/{process_id}"));
        let folder = ca_file.parent().unwrap().to_owned();
        assert!(process.exists() && folder.exists());
        Self { process, folder }
    }

    fn is_gone(&self) -> bool {
        !self.process.exists() && !self.folder.exists()
    }
}

#[test]
fn dropping_stops_the_server_and_removes_its_folder() {
    let postgres = Postgres::start();
    let left = Left::of(postgres.process_id(), &postgres.ca_file());
    drop(postgres);
    assert!(left.is_gone());

    let mariadb = MariaDb::start();
    let left = Left::of(mariadb.process_id(), &mariadb.ca_file());
    drop(mariadb);
    assert!(left.is_gone());
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    let server = std::thread::spawn(Postgres::start).join().unwrap();
    assert_eq!(server.execute("postgres", "SELECT 1"), "1\n");
}

#[test]
fn killing_the_test_process_stops_its_servers() {
    let (mut owner, lefts) = start_owner();
    owner.kill().unwrap();
    owner.wait().unwrap();
    wait_for(LIMIT, || lefts.iter().all(Left::is_gone));
}

/// Not a test: the body of the process that the test above kills.
#[test]
#[ignore = "run by killing_the_test_process_stops_its_servers"]
fn owner_of_two_servers() {
    let (postgres, mariadb) = (Postgres::start(), MariaDb::start());
    println!(
        "\nserver {} {}",
        postgres.process_id(),
        postgres.ca_file().display()
    );
    println!(
        "server {} {}",
        mariadb.process_id(),
        mariadb.ca_file().display()
    );
    // Ends when the parent does, should the test fail before it kills this process.
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn start_owner() -> (Child, Vec<Left>) {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "leftovers::owner_of_two_servers",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let lefts = lines
        .filter_map(|line| {
            let (process_id, ca_file) = line.strip_prefix("server ")?.split_once(' ')?;
            Some(Left::of(process_id.parse().unwrap(), Path::new(ca_file)))
        })
        .take(2)
        .collect();
    (owner, lefts)
}

#[test]
fn killing_the_keeper_stops_its_server() {
    let server = MariaDb::start();
    let process = PathBuf::from(format!("/proc/{}", server.process_id()));
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let parent = status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:"))
        .unwrap()
        .trim();
    assert!(
        Command::new("kill")
            .args(["-9", parent])
            .status()
            .unwrap()
            .success()
    );
    wait_for(LIMIT, || !process.exists());
    // Nobody is left to do it.
    std::fs::remove_dir_all(server.ca_file().parent().unwrap()).unwrap();
}
