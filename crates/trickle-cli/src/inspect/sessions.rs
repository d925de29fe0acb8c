//! Debuggers that are there, and the worker's words to each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::ws::{Message, WebSocket};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    watch,
};
use trickle_pool::{Debugger, DebuggerEnd};

use super::names::Names;

/// The debuggers of one worker.
pub struct Sessions {
    to_worker: UnboundedSender<(u64, Debugger)>,
    open: Mutex<Open>,
    /// How many there are.
    count: watch::Sender<usize>,
    names: Names,
}

#[derive(Default)]
struct Open {
    last: u64,
    by_number: HashMap<u64, UnboundedSender<String>>,
    /// The worker has ended.
    is_over: bool,
}

impl Sessions {
    /// Hands on what the worker says, until it ends; then nobody is attached any more.
    pub fn start(end: DebuggerEnd, names: Names) -> Arc<Self> {
        let DebuggerEnd {
            to_worker,
            mut from_worker,
        } = end;
        let sessions = Arc::new(Self {
            to_worker,
            open: Mutex::default(),
            count: watch::Sender::new(0),
            names,
        });
        let speaker = sessions.clone();
        tokio::spawn(async move {
            while let Some((session, message)) = from_worker.recv().await {
                if let Some(debugger) = speaker.open().by_number.get(&session) {
                    let _ = debugger.send(speaker.names.outwards(message));
                }
            }
            let mut open = speaker.open();
            open.is_over = true;
            open.by_number.clear();
        });
        sessions
    }

    /// Whether there is one.
    pub fn any(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Waits until there is none.
    pub async fn until_none(&self) {
        // The sender lives as long as this.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Serves a debugger until it goes or the worker ends.
    pub async fn serve(&self, mut socket: WebSocket) {
        let Some((number, mut words)) = self.enter() else {
            return;
        };
        loop {
            tokio::select! {
                said = socket.recv() => match said {
                    Some(Ok(Message::Text(text))) => {
                        self.say(number, Debugger::Said(self.names.inwards(text.as_str())));
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
                word = words.recv() => {
                    let is_over = word.is_none();
                    let message = word.map_or(Message::Close(None), |word| Message::Text(word.into()));
                    if socket.send(message).await.is_err() || is_over {
                        break;
                    }
                }
            }
        }
        self.leave(number);
    }

    fn enter(&self) -> Option<(u64, UnboundedReceiver<String>)> {
        let (sender, words) = unbounded_channel();
        let mut open = self.open();
        if open.is_over {
            return None;
        }
        open.last += 1;
        let number = open.last;
        open.by_number.insert(number, sender);
        drop(open);
        self.count.send_modify(|count| *count += 1);
        self.say(number, Debugger::Attached);
        Some((number, words))
    }

    fn leave(&self, number: u64) {
        self.open().by_number.remove(&number);
        self.say(number, Debugger::Gone);
        self.count.send_modify(|count| *count -= 1);
    }

    fn say(&self, number: u64, debugger: Debugger) {
        // Fails when the worker has ended, which its words end with.
        let _ = self.to_worker.send((number, debugger));
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
