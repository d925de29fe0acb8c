//! Playing back what once passed.

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
    stand_in,
};

/// A script that has sent something, and nothing more for so long, has said what it has to say: it may say less than it once did.
const QUIET: Duration = Duration::from_millis(200);
/// Where all of it is what it once said, the rest is most likely on its way, also on a slow machine. A changed script may say less all
/// the same: it is answered before it gives up, which templates do after ten seconds.
const UNFINISHED: Duration = Duration::from_secs(3);

/// Stands in the place of the network.
#[derive(Debug)]
pub struct Player {
    state: Arc<Mutex<State>>,
    threads: Threads,
}

#[derive(Debug)]
struct State {
    recording: Recording,
    /// Connections and names that were played already, by their places in the recording.
    played: Vec<bool>,
    told: Vec<bool>,
    notes: Vec<String>,
}

impl Player {
    /// Nothing was played yet.
    pub fn new(recording: Recording) -> Self {
        let state = State {
            played: vec![false; recording.connections.len()],
            told: vec![false; recording.names.len()],
            recording,
            notes: Vec::new(),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            threads: Threads::default(),
        }
    }

    /// Where the run was another one than the one that was recorded; to be asked for when the worker is gone.
    pub fn notes(&self) -> Vec<String> {
        self.threads.settle();
        self.change(|state| state.notes.clone())
    }

    fn change<T>(&self, how: impl FnOnce(&mut State) -> T) -> T {
        how(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Detour for Player {
    fn lead(&self, to: SocketAddr) -> io::Result<SocketAddr> {
        let next = self.change(|state| {
            let mut connections = state.recording.connections.iter().zip(&mut state.played);
            let found = connections.find(|(connection, played)| connection.to == to && !**played);
            let Some((connection, played)) = found else {
                state.notes.push(format!(
                    "the run wanted a connection to {to} that the recording has not"
                ));
                return None;
            };
            *played = true;
            Some(connection.clone())
        });
        let connection = next.ok_or(io::ErrorKind::ConnectionRefused)?;
        if let Some(number) = connection.failed {
            return Err(io::Error::from_raw_os_error(number));
        }
        let (listener, address) = stand_in(to)?;
        let state = Arc::clone(&self.state);
        self.threads.spawn(move || {
            let (client, _) = listener.accept()?;
            if let Some(note) = play(client, &connection)? {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.notes.push(note);
            }
            Ok(())
        });
        Ok(address)
    }
}

impl Wire for Player {
    fn answer(&self, question: &str) -> Option<String> {
        self.change(|state| {
            let fits = |[asked, _]: &&[String; 2]| asked == question;
            // In their order; the last one again where more is asked than was.
            let mut names = state.recording.names.iter().zip(&mut state.told);
            let fresh = names.find(|(pair, told)| fits(pair) && !**told);
            if let Some((pair, told)) = fresh {
                *told = true;
                return Some(pair[1].clone());
            }
            let last = state.recording.names.iter().rfind(fits);
            Some(last.map_or_else(|| UNKNOWN.to_owned(), |pair| pair[1].clone()))
        })
    }

    fn answered(&self, _question: &str, _answer: &str) {}
}

/// What a name is that was never asked for, in the protocol's JSON.
const UNKNOWN: &str = r#"{"nothing":"no_such_name"}"#;

/// Plays one connection; gives what was different.
fn play(mut client: TcpStream, connection: &Connection) -> io::Result<Option<String>> {
    client.set_nodelay(true)?;
    let mut heard = Heard::default();
    for passed in &connection.passed {
        match passed {
            Passed::Sent(Bytes(bytes)) => heard.expected.extend(bytes),
            Passed::Received(Bytes(bytes)) => {
                heard.wait(&mut client)?;
                client.write_all(bytes)?;
            }
            Passed::Closed => {
                heard.wait(&mut client)?;
                client.shutdown(Shutdown::Write)?;
            }
            Passed::Broken => {
                heard.wait(&mut client)?;
                return Ok(heard.note(connection.to));
            }
        }
    }
    heard.rest(&mut client)?;
    Ok(heard.note(connection.to))
}

/// What the script has sent, and once did.
#[derive(Default)]
struct Heard {
    expected: Vec<u8>,
    got: Vec<u8>,
    ended: bool,
    /// After how many bytes it first said less than it once did.
    shorter: Option<usize>,
}

impl Heard {
    /// Waits for as much as was sent before the next answer came.
    fn wait(&mut self, client: &mut TcpStream) -> io::Result<()> {
        let before = self.got.len();
        while self.got.len() < self.expected.len() && !self.ended {
            let is_as_recorded = self.expected[before..].starts_with(&self.got[before..]);
            let silence = if is_as_recorded { UNFINISHED } else { QUIET };
            let may_be_all = self.got.len() > before;
            client.set_read_timeout(may_be_all.then_some(silence))?;
            match self.read(client) {
                Err(error) if is_quiet(&error) => {
                    self.shorter.get_or_insert(self.got.len());
                    // The next part is counted from here.
                    self.expected.truncate(self.got.len());
                    return Ok(());
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Hears the script out.
    fn rest(&mut self, client: &mut TcpStream) -> io::Result<()> {
        client.set_read_timeout(None)?;
        while !self.ended {
            self.read(client)?;
        }
        Ok(())
    }

    fn read(&mut self, client: &mut TcpStream) -> io::Result<()> {
        let mut buffer = [0; 16 << 10];
        match client.read(&mut buffer) {
            Ok(size) => {
                self.ended = size == 0;
                self.got.extend(&buffer[..size]);
                Ok(())
            }
            // The worker is gone, and the run with it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                self.ended = true;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn note(&self, to: SocketAddr) -> Option<String> {
        let same = self
            .got
            .iter()
            .zip(&self.expected)
            .take_while(|(got, expected)| got == expected)
            .count()
            .min(self.shorter.unwrap_or(usize::MAX));
        let has_all = self.shorter.is_none() && self.got.len() == self.expected.len();
        let is_same = has_all && same == self.got.len();
        (!is_same).then(|| {
            format!(
                "the run sent other bytes to {to} than were recorded, from byte {} on; what came back is what was recorded",
                same + 1
            )
        })
    }
}

fn is_quiet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, TcpListener},
        time::Instant,
    };

    use super::*;

    /// What is noted of a script that sends these with a silence after each, and is answered then.
    fn note_of(parts: &[&[u8]]) -> Option<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let mut script = TcpStream::connect(address).unwrap();
        let (player, _) = listener.accept().unwrap();
        let connection = Connection {
            passed: vec![
                Passed::Sent(Bytes(b"question".to_vec())),
                Passed::Received(Bytes(b"answer".to_vec())),
            ],
            ..Connection::new(address)
        };
        let playing = std::thread::spawn(move || play(player, &connection));
        for part in parts {
            script.write_all(part).unwrap();
            std::thread::sleep(2 * QUIET);
        }
        let mut answer = [0; 6];
        script.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"answer");
        drop(script);
        playing.join().unwrap().unwrap()
    }

    #[test]
    fn what_is_sent_slowly_is_waited_for() {
        assert_eq!(note_of(&[b"quest", b"ion"]), None);
    }

    #[test]
    fn who_says_only_the_beginning_is_answered_before_it_gives_up() {
        let begun = Instant::now();
        let note = note_of(&[b"quest"]).unwrap();
        assert!(note.contains("from byte 6 on"), "{note}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn who_says_something_shorter_is_answered_all_the_same() {
        let note = note_of(&[b"quiz"]).unwrap();
        assert!(note.contains("from byte 3 on"), "{note}");
    }
}
