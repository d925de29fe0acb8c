//! A command with `--watch`.

use std::{
    io::Read,
    process::{Child, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use trickle_testkit::wait_for;

use super::{LIMIT, program::command};

/// What the command says after each round.
const WAITING: &str = "waiting for a change in";

/// Several looks at the files: a round that nothing has asked for would have begun.
const LOOKS: Duration = Duration::from_millis(1500);

/// Goes on until it is ended; killed when dropped.
pub struct Watching {
    child: Child,
    told: Arc<Mutex<Vec<u8>>>,
}

impl Watching {
    /// Starts the command; both of its outputs are kept as one text.
    pub fn start(args: &[&str]) -> Self {
        let mut child = command(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = Arc::default();
        keep(child.stdout.take().unwrap(), &told);
        keep(child.stderr.take().unwrap(), &told);
        Self { child, told }
    }

    /// All that it has said.
    pub fn told(&self) -> String {
        String::from_utf8_lossy(&self.told.lock().unwrap()).into_owned()
    }

    fn rounds(&self) -> usize {
        self.told().matches(WAITING).count()
    }

    /// Waits until it has run so often, and sees that it waits then.
    #[track_caller]
    pub fn waits_after(&self, rounds: usize) {
        wait_for(LIMIT, || self.rounds() >= rounds);
        std::thread::sleep(LOOKS);
        assert_eq!(self.rounds(), rounds, "{}", self.told());
    }

    /// Ends it as Ctrl-C does.
    pub fn interrupt(mut self) -> ExitStatus {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        wait_for(LIMIT, || self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap()
    }
}

fn keep(mut pipe: impl Read + Send + 'static, told: &Arc<Mutex<Vec<u8>>>) {
    let told = Arc::clone(told);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            told.lock().unwrap().extend_from_slice(&buffer[..length]);
        }
    });
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
