//! Reading beside the engine, which stands still where a debugger stopped it.

use std::{io, os::unix::net::UnixStream, thread};

use tokio::sync::mpsc::UnboundedSender;
use trickle_protocol::{Debugger, TO_POOL_MAX_BYTES, ToPool, ToWorker};
use trickle_runtime::{Inspector, Outbox as _};

use super::outbox::SocketOutbox;

/// What the frame of a message has beside it, and room for escaping.
const FRAME_BYTES: usize = 1024;

/// Reads on a thread of its own: what debuggers say goes to the inspector, everything else to `messages`.
pub fn read(
    control: UnixStream,
    mut inspector: Inspector,
    outbox: SocketOutbox,
    messages: UnboundedSender<ToWorker>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let work = move || {
        runtime.block_on(super::read(control, |message| {
            let ToWorker::Inspect { session, debugger } = message else {
                return messages.send(message).is_ok();
            };
            match debugger {
                Debugger::Attached => {
                    let outbox = outbox.clone();
                    tokio::spawn(inspector.attach(session, move |message| {
                        outbox.send(&ToPool::Inspected {
                            session,
                            message: bounded(message),
                        });
                    }));
                }
                Debugger::Said(message) => inspector.hear(session, message),
                Debugger::Gone => inspector.detach(session),
            }
            true
        }));
    };
    let thread = thread::Builder::new().name("inspector".to_owned());
    // It ends with the control socket, or with the process.
    thread.spawn(work).map(drop)
}

/// A message that no frame can carry would be missed; its debugger is told instead.
fn bounded(message: String) -> String {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    if message.bytes().map(escaped).sum::<usize>() + FRAME_BYTES <= TO_POOL_MAX_BYTES {
        return message;
    }
    let id = serde_json::from_str::<serde_json::Value>(&message)
        .map_or(serde_json::Value::Null, |message| message["id"].clone());
    let text = format!("the answer is longer than {TO_POOL_MAX_BYTES} bytes");
    serde_json::json!({ "id": id, "error": { "code": -32000, "message": text } }).to_string()
}
