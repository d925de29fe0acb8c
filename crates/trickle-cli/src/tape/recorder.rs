//! Writing down what passes.

use std::{
    io,
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::runtime::Handle;
use trickle_jail::Detour;
use trickle_pool::Wire;

use super::{
    Threads,
    log::{Connection, Passed, Recording},
    prelude::Beginning,
    relay, stand_in,
};

/// Drivers give up before.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);

/// Stands between a worker and the network and writes down what passes.
#[derive(Debug)]
pub struct Recorder {
    recording: Arc<Mutex<Recording>>,
    threads: Threads,
    runtime: Handle,
}

impl Recorder {
    /// Nothing has passed yet. Connections are served by the runtime of the caller.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new(beginning: Beginning) -> Self {
        let recording = Recording {
            beginning,
            names: Vec::new(),
            connections: Vec::new(),
        };
        Self {
            recording: Arc::new(Mutex::new(recording)),
            threads: Threads::default(),
            runtime: Handle::current(),
        }
    }

    /// What has passed; to be asked for when the worker is gone.
    pub fn recording(&self) -> Recording {
        self.threads.settle();
        self.change(|recording| recording.clone())
    }

    fn change<T>(&self, how: impl FnOnce(&mut Recording) -> T) -> T {
        how(&mut self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner))
    }
}

impl Detour for Recorder {
    fn lead(&self, to: SocketAddr) -> io::Result<SocketAddr> {
        let index = self.change(|recording| {
            recording.connections.push(Connection::new(to));
            recording.connections.len() - 1
        });
        let server = TcpStream::connect_timeout(&to, CONNECT_LIMIT).inspect_err(|error| {
            let number = match error.kind() {
                io::ErrorKind::TimedOut => Some(TIMED_OUT),
                _ => error.raw_os_error(),
            };
            self.change(|recording| recording.connections[index].failed = number);
        })?;
        let (listener, address) = stand_in(to)?;
        let mark = self.change(|recording| recording.beginning.mark.clone());
        let writer = Writer {
            recording: Arc::clone(&self.recording),
            index,
        };
        let runtime = self.runtime.clone();
        self.threads.spawn(move || {
            let (client, _) = listener.accept()?;
            let mark = mark.unwrap_or_default();
            runtime.block_on(relay::pass(client, server, &mark, |passed| {
                writer.push(passed);
            }))
        });
        Ok(address)
    }
}

/// `ETIMEDOUT`, which a connect with a limit has no number for.
const TIMED_OUT: i32 = 110;

impl Wire for Recorder {
    fn answer(&self, _question: &str) -> Option<String> {
        None
    }

    fn answered(&self, question: &str, answer: &str) {
        let pair = [question.to_owned(), answer.to_owned()];
        self.change(|recording| recording.names.push(pair));
    }
}

/// Writes into one connection of the recording.
struct Writer {
    recording: Arc<Mutex<Recording>>,
    index: usize,
}

impl Writer {
    fn push(&self, passed: Passed) {
        let mut recording = self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        recording.connections[self.index].passed.push(passed);
    }
}
