#![doc = include_str!("../README.md")]

mod arguments;
mod inspect;
mod outbox;

use std::{os::fd::AsFd, os::unix::net::UnixStream, process::ExitCode, rc::Rc};

use arguments::Arguments;
use outbox::SocketOutbox;
use rand08::{RngCore as _, rngs::OsRng};
use tokio::sync::mpsc;
use trickle_jail::{ControlSocketError, LockDown, LockDownError, lock_down, take_control_socket};
use trickle_protocol::{TO_WORKER_MAX_BYTES, ToPool, ToWorker, VERSION, read_frame};
use trickle_runtime::{BootError, BootOptions, Outbox, Sandbox, ServeEnd, serve};

/// Threads for work that blocks: password hashes.
const BLOCKING_THREADS: usize = 2;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Arguments(#[from] arguments::ArgumentsError),
    #[error("failed to {0}")]
    Control(#[from] ControlSocketError),
    #[error("failed to {0}")]
    LockDown(#[from] LockDownError),
    #[error("failed to start the worker's own runtime")]
    Runtime(#[source] std::io::Error),
    #[error("failed to {0}")]
    Boot(#[source] BootError),
    #[error("the pool spoke out of turn")]
    OutOfTurn,
    #[error("a limit was reached")]
    OverLimit,
}

/// Of this program, and of `raw.rs`.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("trickle-worker: {failure}");
            let mut cause = std::error::Error::source(&failure);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::from_command_line()?;
    let control = take_control_socket()?;
    lock_down(&LockDown {
        control: control.as_fd(),
        readable: &[&arguments.modules_dir],
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(work(arguments, control))
}

async fn work(arguments: Arguments, control: UnixStream) -> Result<(), Failure> {
    let writer = control.try_clone().map_err(Failure::Runtime)?;
    control.set_nonblocking(true).map_err(Failure::Runtime)?;
    let socket = SocketOutbox::new(writer);
    let outbox: Rc<dyn Outbox> = Rc::new(socket.clone());

    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    // V8 would read /dev/urandom, which is not there, and then make its seeds, and `Math.random`, of the time.
    deno_core::v8::V8::set_entropy_source(|seed| OsRng.try_fill_bytes(seed).is_ok());
    trickle_runtime::init_engine();
    let options = BootOptions {
        modules_dir: arguments.modules_dir,
        heap_bytes: arguments.heap_bytes,
    };
    let mut sandbox = Sandbox::boot(options, outbox.clone())
        .await
        .map_err(Failure::Boot)?;
    outbox.send(&ToPool::Ready { version: VERSION });

    let (messages, inbox) = mpsc::unbounded_channel();
    match arguments.inspect {
        None => {
            tokio::spawn(read(control, move |message| messages.send(message).is_ok()));
        }
        Some(action) => {
            let inspector = sandbox.inspect(action);
            inspect::read(control, inspector, socket, messages).map_err(Failure::Runtime)?;
        }
    }
    match serve(sandbox, inbox, outbox).await {
        ServeEnd::Closed => Ok(()),
        ServeEnd::OverLimit => Err(Failure::OverLimit),
        ServeEnd::OutOfTurn => Err(Failure::OutOfTurn),
    }
}

/// Hands on the pool's messages as long as `heard` takes them. Any defect of a frame ends it, and with it the worker.
async fn read(control: UnixStream, mut heard: impl FnMut(ToWorker) -> bool) {
    let Ok(mut reader) = tokio::net::UnixStream::from_std(control) else {
        return;
    };
    while let Ok(message) = read_frame(&mut reader, TO_WORKER_MAX_BYTES).await {
        if !heard(message) {
            break;
        }
    }
}
