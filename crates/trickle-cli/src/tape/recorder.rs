//! Writing down what passes.

use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use trickle_jail::Detour;
use trickle_pool::Wire;

use super::{
    Threads,
    log::{Bytes, Connection, Passed, Recording},
    prelude::Beginning,
    stand_in,
};

/// Drivers give up before.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);

/// Stands between a worker and the network and writes down what passes.
#[derive(Debug)]
pub struct Recorder {
    recording: Arc<Mutex<Recording>>,
    threads: Threads,
}

impl Recorder {
    /// Nothing has passed yet.
    pub fn new(beginning: Beginning) -> Self {
        let recording = Recording {
            beginning,
            names: Vec::new(),
            connections: Vec::new(),
        };
        Self {
            recording: Arc::new(Mutex::new(recording)),
            threads: Threads::default(),
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
        let writer = Writer {
            recording: Arc::clone(&self.recording),
            index,
        };
        self.threads.spawn(move || {
            let (client, _) = listener.accept()?;
            pass(&client, &server, &writer)
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
#[derive(Clone)]
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

fn pass(client: &TcpStream, server: &TcpStream, writer: &Writer) -> io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_server, sent) = (client.try_clone()?, server.try_clone()?, writer.clone());
    std::thread::spawn(move || {
        let _ = copy(&from_client, &to_server, |bytes| {
            sent.push(Passed::Sent(Bytes(bytes.to_vec())));
        });
    });
    let ended = copy(server, client, |bytes| {
        writer.push(Passed::Received(Bytes(bytes.to_vec())));
    });
    writer.push(if ended.is_ok() {
        Passed::Closed
    } else {
        Passed::Broken
    });
    Ok(())
}

/// Bytes are told before they are passed on, so that an answer never stands before what it answers.
fn copy(mut from: &TcpStream, mut to: &TcpStream, tell: impl Fn(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let size = from.read(&mut buffer)?;
        if size == 0 {
            let _ = to.shutdown(Shutdown::Write);
            return Ok(());
        }
        tell(&buffer[..size]);
        to.write_all(&buffer[..size])?;
    }
}
