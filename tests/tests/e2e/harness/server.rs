//! A running `trickle serve`.

use std::{
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use trickle_testkit::wait_for;

use super::{LIMIT, program::command, site::Site};

/// Id and secret of an API client.
#[derive(Clone, Debug, Deserialize)]
pub struct Credentials {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// What a server prints with `--json`.
#[derive(Debug, Deserialize)]
pub struct Announced {
    /// `http://127.0.0.1:port`.
    pub http: String,
    /// `https://127.0.0.1:port`.
    pub https: String,
    /// File.
    pub ca: PathBuf,
    /// File.
    pub first_client: PathBuf,
}

/// Killed when dropped.
pub struct Server {
    child: Child,
    pub announced: Announced,
    ca_file: PathBuf,
    stdout: Collected,
    stderr: Collected,
}

/// All that came out of a pipe so far.
struct Collected {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(args: &[&str], environment: &[(String, String)], ca_file: &Path) -> Self {
        let mut child = command(args)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = Collected::start(child.stderr.take().unwrap(), None);
        let (tell, told) = mpsc::channel();
        let stdout = Collected::start(child.stdout.take().unwrap(), Some(tell));
        let announced = told.recv_timeout(LIMIT).unwrap_or_else(|_| {
            let _ = child.kill();
            let status = child.wait();
            panic!("the server did not come up ({status:?}): {}", stderr.text())
        });
        Self {
            child,
            announced,
            ca_file: ca_file.to_owned(),
            stdout,
            stderr,
        }
    }

    /// What clients have to trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// The port of https.
    pub fn https_port(&self) -> u16 {
        port(&self.announced.https)
    }

    /// The port of plain HTTP.
    pub fn http_port(&self) -> u16 {
        port(&self.announced.http)
    }

    /// `localhost:port` of https.
    pub fn domain(&self) -> String {
        format!("localhost:{}", self.https_port())
    }

    /// The client made at first start.
    pub fn first_client(&self) -> Credentials {
        let file = std::fs::read(&self.announced.first_client).unwrap();
        serde_json::from_slice(&file).unwrap()
    }

    /// The default tenant under `localhost`, as the first client.
    pub fn site(&self) -> Site {
        self.site_at("localhost", self.first_client())
    }

    /// The tenant under another host name, as another client.
    pub fn site_at(&self, host: &str, credentials: Credentials) -> Site {
        Site::new(self, host, credentials)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Standard error so far.
    pub fn log(&self) -> String {
        self.stderr.text()
    }

    /// Standard output so far.
    pub fn output(&self) -> String {
        self.stdout.text()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end.
    pub fn wait(&mut self) -> ExitStatus {
        wait_for(LIMIT, || self.has_ended());
        self.child.wait().unwrap()
    }

    /// Asks it to end, waits for it, and gives all that it has written: stdout and stderr.
    #[track_caller]
    pub fn stop(mut self) -> (String, String) {
        self.signal(Signal::TERM);
        let status = self.wait();
        let (stdout, stderr) = (self.stdout.all(), self.stderr.all());
        assert_eq!(status.code(), Some(0), "{stderr}");
        (stdout, stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
    }
}

impl Collected {
    /// Reads to the end; `announced` gets the first JSON value.
    fn start(
        mut pipe: impl Read + Send + 'static,
        announced: Option<mpsc::Sender<Announced>>,
    ) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let copy = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            if let Some(announced) = announced {
                let mut kept = BufReader::new(Tee(&mut pipe, &copy));
                let mut values = serde_json::Deserializer::from_reader(&mut kept).into_iter();
                if let Some(Ok(value)) = values.next() {
                    let _ = announced.send(value);
                }
            }
            let _ = std::io::copy(&mut Tee(&mut pipe, &copy), &mut std::io::sink());
        });
        Self {
            text,
            reader: Some(reader),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    /// To be called when the writer has ended.
    fn all(&mut self) -> String {
        self.reader.take().unwrap().join().unwrap();
        self.text()
    }
}

/// Keeps what is read.
struct Tee<'a, R>(&'a mut R, &'a Mutex<Vec<u8>>);

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.lock().unwrap().extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}

fn port(url: &str) -> u16 {
    let (_, port) = url.rsplit_once(':').unwrap();
    port.parse().unwrap()
}
