use std::io;

use trickle_jail::{Exit, Group};
use trickle_model::{Binding, LimitBreach, LimitKind, Outcome};
use trickle_protocol::FrameError;

use super::boot::{BootError, describe};
use super::output::Tail;

const SIGILL: i32 = 4;
const SIGTRAP: i32 = 5;
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;

/// Every way in which a worker ends.
#[derive(Debug)]
pub(crate) enum End {
    /// It never became ready.
    BootFailed(BootError),
    /// It ended itself: `process.exit`, or a panic.
    Exited(i32),
    /// A signal that the pool did not send.
    Signalled(i32),
    /// A run was over its wall time.
    WallLimit,
    /// Another limit was reached.
    Limit {
        kind: LimitKind,
        culprit: Culprit,
        /// In the unit of the limit.
        used: Option<u64>,
    },
    /// It sent what is no message.
    BadFrame(FrameError),
    /// It sent a message that it may not send.
    BadMessage(&'static str),
    /// It closed its socket and lived on.
    ClosedSocket,
    /// A run that had answered did not let go of the isolate.
    Stuck,
    /// It kept too many descriptors open.
    Descriptors,
    /// It had nothing to do for long.
    Idle,
    /// It was old.
    Aged,
    /// It had many runs.
    Worn,
    /// The dispatcher no longer wanted it: script change, eviction, shutdown.
    Retired,
    /// The dispatcher could not wait for its runs.
    Stopped,
    /// The supervisor could not watch or serve it.
    Unmanageable(io::Error),
}

/// Whose code reached a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Culprit {
    /// This run's, which may have answered already.
    Run(u64),
    /// One of those under way.
    Unknown,
    /// All that is left of earlier runs, or all runs together.
    Nobody,
}

impl End {
    /// Whether what a script did has ended the worker before its time.
    pub const fn is_of_a_script(&self) -> bool {
        match self {
            Self::Exited(_)
            | Self::Signalled(_)
            | Self::WallLimit
            | Self::Limit { .. }
            | Self::BadFrame(_)
            | Self::BadMessage(_)
            | Self::ClosedSocket
            | Self::Stuck
            | Self::Descriptors => true,
            Self::BootFailed(_)
            | Self::Idle
            | Self::Aged
            | Self::Worn
            | Self::Retired
            | Self::Stopped
            | Self::Unmanageable(_) => false,
        }
    }

    /// A limit that all runs of the worker share.
    pub const fn limit(kind: LimitKind, used: Option<u64>) -> Self {
        Self::Limit {
            kind,
            culprit: Culprit::Nobody,
            used,
        }
    }

    /// The way's name in logs and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BootFailed(_) => "boot_failed",
            Self::Exited(_) => "exited",
            Self::Signalled(_) => "signalled",
            Self::WallLimit => "wall_limit",
            Self::Limit { kind, .. } => match kind {
                LimitKind::Wall => "wall_limit",
                LimitKind::Cpu => "cpu_limit",
                LimitKind::Heap => "heap_limit",
                LimitKind::Buffers => "buffer_limit",
                LimitKind::Memory => "memory_limit",
                LimitKind::Answer => "answer_limit",
                LimitKind::Console => "console_limit",
                LimitKind::Sockets => "socket_limit",
                LimitKind::Connects => "connect_limit",
                LimitKind::DnsQueries => "dns_limit",
            },
            Self::BadFrame(_) => "bad_frame",
            Self::BadMessage(_) => "bad_message",
            Self::ClosedSocket => "closed_socket",
            Self::Stuck => "stuck",
            Self::Descriptors => "descriptors",
            Self::Idle => "idle",
            Self::Aged => "aged",
            Self::Worn => "worn",
            Self::Retired => "retired",
            Self::Stopped => "stopped",
            Self::Unmanageable(_) => "unmanageable",
        }
    }

    /// How a process ended that nobody had told to.
    pub fn from_exit(exit: Exit, tail: &Tail, group: &Group) -> Self {
        match exit {
            // V8 and Rust give up in these ways; an abort in a PID namespace ends as SIGSEGV.
            Exit::Signal(SIGILL | SIGTRAP | SIGABRT | SIGSEGV) if tail.tells_of_memory() => {
                let kind = if tail.tells_of_heap() {
                    LimitKind::Heap
                } else {
                    LimitKind::Memory
                };
                Self::limit(kind, None)
            }
            // The kernel, for the memory of its control group.
            Exit::Signal(SIGKILL) if group.was_out_of_memory() => {
                Self::limit(LimitKind::Memory, None)
            }
            Exit::Signal(signal) => Self::Signalled(signal),
            Exit::Code(code) => Self::Exited(code),
        }
    }

    /// The outcome of a run that the worker had not answered, unless it was itself the one over its limit. `limit_of` tells
    /// the value of a limit.
    pub fn outcome(&self, tail: &Tail, limit_of: impl Fn(LimitKind) -> u64) -> Outcome {
        let how = match self {
            Self::Limit {
                kind:
                    kind @ (LimitKind::Heap
                    | LimitKind::Buffers
                    | LimitKind::Memory
                    | LimitKind::DnsQueries),
                used,
                ..
            } => {
                return Outcome::over(LimitBreach {
                    kind: *kind,
                    limit: limit_of(*kind),
                    used: *used,
                });
            }
            Self::Limit {
                kind: LimitKind::Cpu,
                ..
            } => "another run of this connection was over its CPU time limit".to_owned(),
            Self::Limit { .. } => {
                "another run of this connection was over one of its limits".to_owned()
            }
            Self::Exited(code) => match tail.last_words() {
                Some(words) => format!("exit code {code}; {words}"),
                None => format!("the script ended its process (exit code {code})"),
            },
            Self::Signalled(signal) => {
                let signal = describe(Exit::Signal(*signal));
                match tail.last_words() {
                    Some(words) => format!("{signal}; {words}"),
                    None => signal,
                }
            }
            Self::WallLimit => {
                "another run of this connection was over its wall time limit".to_owned()
            }
            Self::Stuck => {
                "an earlier run of this connection kept the process busy after its callback"
                    .to_owned()
            }
            Self::BadFrame(_) | Self::BadMessage(_) | Self::ClosedSocket => {
                "the worker broke the protocol".to_owned()
            }
            Self::BootFailed(_) | Self::Unmanageable(_) => {
                "the worker could not be used; the server's log says why".to_owned()
            }
            Self::Descriptors
            | Self::Idle
            | Self::Aged
            | Self::Worn
            | Self::Retired
            | Self::Stopped => "the server is shutting down".to_owned(),
        };
        Outcome::Crashed(how)
    }

    /// Writes the one line about it: error where the installation is broken, warn where somebody attacks it.
    pub fn log(&self, pid: Option<u32>, runs: u64, binding: Option<&Binding>) {
        macro_rules! line {
            ($level:ident, $text:literal) => {
                tracing::$level!(
                    worker.pid = pid,
                    worker.end = self.name(),
                    worker.runs = runs,
                    tenant.id = binding.map(|binding| binding.tenant.as_str()),
                    connection.id = binding.map(|binding| binding.connection.as_str()),
                    detail = self.detail(),
                    $text
                )
            };
        }
        match self {
            Self::BootFailed(BootError::Stopped) => line!(info, "a worker ended"),
            Self::BootFailed(_) | Self::Unmanageable(_) => line!(error, "a worker failed"),
            Self::BadFrame(_) | Self::BadMessage(_) | Self::ClosedSocket => line!(
                warn,
                "a worker ended: what it sent suggests that a script took it over"
            ),
            _ => line!(info, "a worker ended"),
        }
    }

    fn detail(&self) -> Option<String> {
        Some(match self {
            Self::BootFailed(error) => chain(error),
            Self::Unmanageable(error) => chain(error),
            // Its source may quote what a script sent.
            Self::BadFrame(error) => error.to_string(),
            Self::BadMessage(what) => (*what).to_owned(),
            Self::Exited(code) => describe(Exit::Code(*code)),
            Self::Signalled(signal) => describe(Exit::Signal(*signal)),
            _ => return None,
        })
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
