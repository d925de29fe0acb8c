use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::{Instant, timeout};
use trickle_jail::{
    Child, Confinement, Egress, Exit, Group, HandOver, Launch, LaunchError, Launcher, Process,
    ReceiveHandOverError, receive_hand_over,
};
use trickle_protocol::{FrameError, ToPool, VERSION};

use super::link::Link;
use super::output::Output;
use crate::PoolConfig;
use crate::barriers::Barriers;

/// A worker that closed its socket ends within this, or is ended.
const EXIT_WAIT: Duration = Duration::from_secs(1);

/// What the group's memory has beyond the process's own: pages of files that it is the first to read, and the kernel's memory for it.
const SHARED_BYTES: u64 = 128 << 20;

/// Why a worker did not become ready.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// It could not be started.
    #[error("start a worker process")]
    Launch(#[source] LaunchError),
    /// Its pipes or its socket cannot be used.
    #[error("attach to a new worker")]
    Attach(#[source] io::Error),
    /// It did not lock itself down.
    #[error("receive the worker's lock-down notice")]
    HandOver(#[source] ReceiveHandOverError),
    /// It ended; with the last line it printed. No script can have written that.
    #[error("keep the worker alive until it is ready: {how}{}", said.as_ref().map(|line| format!("; it said: {line}")).unwrap_or_default())]
    Ended {
        /// Exit code or signal.
        how: String,
        /// Its last line on standard error.
        said: Option<String>,
    },
    /// It was not ready in time.
    #[error("boot a worker within {} ms", limit.as_millis())]
    TooSlow {
        /// The time it had.
        limit: Duration,
    },
    /// What it said first was not a message.
    #[error("understand the worker's first message")]
    Frame(#[source] FrameError),
    /// It said something else first.
    #[error("hear that the worker is ready: it sent another message first")]
    NotReady,
    /// It is of another version.
    #[error(
        "use a worker of protocol version {worker}; this program speaks version {VERSION}, install both from one release"
    )]
    Version {
        /// The worker's version.
        worker: u32,
    },
    /// The pool was shut down meanwhile.
    #[error("wait for the worker: the pool is shutting down")]
    Stopped,
}

/// A worker that waits to be bound.
pub(super) struct Booted {
    pub process: Process,
    pub link: Link,
    pub group: Arc<Group>,
    pub barriers: Barriers,
    pub egress: Egress,
    pub output: Output,
    pub began: Instant,
    pub ready: Instant,
}

/// Starts a worker and waits until it is ready, or `stop` is. On failure no process is left.
pub(super) async fn boot(
    config: &PoolConfig,
    launcher: &Launcher,
    stop: impl Future<Output = ()>,
) -> Result<Booted, BootError> {
    let began = Instant::now();
    let child = launcher
        .launch(launch(config))
        .await
        .map_err(BootError::Launch)?;
    let Child {
        process,
        control,
        stdout,
        stderr,
        namespaces,
        group,
    } = child;
    let output = Output::read(stdout, stderr).map_err(BootError::Attach)?;
    let shaken = tokio::select! {
        shaken = timeout(config.boot_limit, shake_hands(control)) => shaken.unwrap_or_else(|_| {
            let limit = config.boot_limit;
            Err(BootError::TooSlow { limit })
        }),
        () = stop => Err(BootError::Stopped),
    };
    let (link, held) = match shaken {
        Ok(shaken) => shaken,
        Err(error) => return Err(abandon(process, output, error).await),
    };
    Ok(Booted {
        process,
        link,
        barriers: Barriers::of(&held, namespaces, launcher.controllers()),
        group: Arc::new(group),
        egress: held.egress,
        output,
        began,
        ready: Instant::now(),
    })
}

fn launch(config: &PoolConfig) -> Launch {
    let mut launch = Launch::new(&config.worker)
        .arg("--modules-dir")
        .arg(&config.modules_dir)
        .arg("--heap-bytes")
        .arg(config.heap_bytes.to_string());
    if let Some(inspect) = &config.inspect {
        launch = launch.arg("--inspect").arg(inspect.action().key());
    }
    if let Some(bytes) = config.data_limit_bytes {
        launch.confinement = Confinement::default()
            .data_limit_bytes(bytes)
            .memory_limit_bytes(bytes + SHARED_BYTES);
    }
    launch
}

async fn shake_hands(
    control: std::os::unix::net::UnixStream,
) -> Result<(Link, HandOver), BootError> {
    let stream = UnixStream::from_std(control).map_err(BootError::Attach)?;
    let held = receive_hand_over(&stream)
        .await
        .map_err(BootError::HandOver)?;
    let mut link = Link::new(stream);
    let first = link.inbox.next(&link.stream).await;
    match first.map_err(BootError::Frame)?.message {
        ToPool::Ready { version: VERSION } => Ok((link, held)),
        ToPool::Ready { version } => Err(BootError::Version { worker: version }),
        _ => Err(BootError::NotReady),
    }
}

/// Ends a worker that did not get ready. If it ended itself, that is the better explanation.
async fn abandon(process: Process, output: Output, error: BootError) -> BootError {
    let closed = matches!(
        error,
        BootError::HandOver(ReceiveHandOverError::Closed | ReceiveHandOverError::Read(_))
            | BootError::Frame(FrameError::Closed)
    );
    let own_end = if closed {
        timeout(EXIT_WAIT, process.wait()).await.ok()
    } else {
        None
    };
    if let Some(Ok(exit)) = own_end {
        return BootError::Ended {
            how: describe(exit),
            said: output.finish().await.last_line(),
        };
    }
    let ended = async {
        process.kill()?;
        process.wait().await
    };
    if let Err(error) = ended.await {
        tracing::error!(worker.pid = process.id(), %error, "failed to end a worker");
    }
    error
}

/// Exit code or signal, in words.
pub(super) fn describe(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => match signal_name(signal) {
            Some(name) => format!("signal {signal}, {name}"),
            None => format!("signal {signal}"),
        },
    }
}

/// The signals that end processes by themselves, `signal(7)`; the numbers are those of x86-64 and aarch64.
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        2 => "SIGINT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        31 => "SIGSYS",
        _ => return None,
    })
}
