use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const KEPT_BYTES: usize = 8 << 10;
const READ_BYTES: usize = 32 << 10;
/// Read as fast as it comes up to here; beyond it a read per [`PAUSE`], so that a flood costs the worker its time and not the pool's.
const FREE_BYTES: usize = 1 << 20;
const PAUSE: Duration = Duration::from_millis(5);
/// The pipe ends with the process; this is for the case that it does not.
const TAIL_WAIT: Duration = Duration::from_secs(1);
const LINE_CHARS: usize = 300;

/// Reads what a worker prints, so that it never blocks on a full pipe, and keeps the end of its standard error.
///
/// Scripts can print there, secrets included. Nothing of it is logged, and only lines that the engine or Rust wrote are shown.
pub(super) struct Output {
    stdout: JoinHandle<()>,
    stderr: JoinHandle<Tail>,
}

impl Output {
    pub fn read(stdout: OwnedFd, stderr: OwnedFd) -> io::Result<Self> {
        let stdout = Receiver::from_owned_fd(stdout)?;
        let stderr = Receiver::from_owned_fd(stderr)?;
        Ok(Self {
            stdout: tokio::spawn(async {
                drain(stdout).await;
            }),
            stderr: tokio::spawn(drain(stderr)),
        })
    }

    /// The end of standard error of a worker that has ended.
    pub async fn finish(mut self) -> Tail {
        match timeout(TAIL_WAIT, &mut self.stderr).await {
            Ok(Ok(tail)) => tail,
            _ => Tail::default(),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.stdout.abort();
        self.stderr.abort();
    }
}

async fn drain(mut pipe: Receiver) -> Tail {
    let mut kept = VecDeque::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut total = 0_usize;
    while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
        kept.extend(&buffer[..read]);
        let excess = kept.len().saturating_sub(KEPT_BYTES);
        kept.drain(..excess);
        total = total.saturating_add(read);
        if total > FREE_BYTES {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Tail(String::from_utf8_lossy(kept.make_contiguous()).into_owned())
}

/// The last that a worker wrote to standard error.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tail(String);

impl Tail {
    /// Where the engine or Rust says that it gives up; never text of a script.
    pub fn last_words(&self) -> Option<String> {
        // A panic's message is on the next line and may quote values; the first names the place.
        let fatal = |line: &&str| {
            line.starts_with("thread '") && line.contains(" panicked at ")
                || line.starts_with("# Fatal ")
                || line.starts_with("# Check failed")
                || line.starts_with("Fatal process out of memory")
                || line.starts_with("memory allocation of ")
        };
        self.0.lines().find(fatal).map(printable)
    }

    /// Whether memory was what the process gave up for.
    pub fn tells_of_memory(&self) -> bool {
        let words = [
            "out of memory",
            "OOM",
            "Reached heap limit",
            "memory allocation of ",
        ];
        self.last_words()
            .is_some_and(|line| words.iter().any(|word| line.contains(word)))
    }

    /// Whether it was the JavaScript heap, rather than the process.
    pub fn tells_of_heap(&self) -> bool {
        self.last_words()
            .is_some_and(|line| line.contains("JavaScript") || line.contains("heap"))
    }

    /// The last line. Only for workers that never had a script.
    pub fn last_line(&self) -> Option<String> {
        let last = |line: &&str| !line.trim().is_empty();
        self.0.lines().rev().find(last).map(printable)
    }
}

fn printable(line: &str) -> String {
    line.trim()
        .chars()
        .take(LINE_CHARS)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(text: &str) -> Tail {
        Tail(text.to_owned())
    }

    #[test]
    fn only_the_engine_is_quoted() {
        assert_eq!(tail("password=hunter2\n").last_words(), None);
        let panic = tail("x\nthread 'main' (7) panicked at src/a.rs:1:2:\nvalue: hunter2\n");
        let words = panic.last_words().unwrap();
        assert_eq!(words, "thread 'main' (7) panicked at src/a.rs:1:2:");
        assert!(!panic.tells_of_memory());
    }

    #[test]
    fn memory_is_recognised() {
        let v8 = tail(
            "<--- Last few GCs --->\n\n#\n# Fatal JavaScript out of memory: Reached heap limit\n#\n",
        );
        assert!(v8.tells_of_memory() && v8.tells_of_heap());
        let process = tail("memory allocation of 99 bytes failed\n");
        assert!(process.tells_of_memory() && !process.tells_of_heap());
        assert!(!tail("out of memory, said the script\n").tells_of_memory());
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(
            tail("a\u{1b}[2Jb\n\n").last_line().unwrap(),
            "a\u{fffd}[2Jb"
        );
    }
}
