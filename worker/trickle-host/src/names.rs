//! Questions about names to the pool. The worker has no name servers: it could tell them anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use trickle_protocol::{NameAnswer, NameFailure, NameKind, NameQuestion, ToPool};

/// Asks the pool. From any thread: `fetch` looks names up outside of the isolate.
#[derive(Debug)]
pub struct Names {
    asked: Mutex<Asked>,
    to_pool: mpsc::UnboundedSender<ToPool>,
}

#[derive(Debug, Default)]
struct Asked {
    next: u64,
    open: HashMap<u64, oneshot::Sender<NameAnswer>>,
}

impl Names {
    /// The questions come out of the receiver; whoever has it sends them.
    pub fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<ToPool>) {
        let (to_pool, questions) = mpsc::unbounded_channel();
        let asked = Mutex::default();
        (Arc::new(Self { asked, to_pool }), questions)
    }

    /// Asks, and waits for the answer.
    ///
    /// # Cancel safety
    /// Cancel safe: the answer to a question that nobody waits for is dropped.
    pub async fn ask(&self, name: String, kind: NameKind) -> NameAnswer {
        let (reply, answer) = oneshot::channel();
        let question = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.next += 1;
            let question = asked.next;
            asked.open.insert(question, reply);
            question
        };
        let about = NameQuestion { name, kind };
        let sent = self.to_pool.send(ToPool::Ask { question, about });
        let nothing = NameAnswer::Nothing(NameFailure::TryAgain);
        match sent {
            Ok(()) => answer.await.unwrap_or(nothing),
            Err(_) => nothing,
        }
    }

    /// The pool's answer.
    pub fn answer(&self, question: u64, answer: NameAnswer) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reply) = asked.open.remove(&question) {
            // Whoever asked may have gone.
            let _ = reply.send(answer);
        }
    }
}
