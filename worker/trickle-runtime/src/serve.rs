//! The worker's loop: messages in, answers out, and the event loop between them.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use tokio::{sync::mpsc::UnboundedReceiver, time::Instant};
use trickle_host::Outbox;
use trickle_protocol::{ToPool, ToWorker};

use crate::sandbox::Sandbox;

/// Why a worker stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServeEnd {
    /// The pool closed the connection.
    Closed,
    /// The heap limit was hit.
    HeapLimit,
    /// The pool said something that makes no sense now.
    OutOfTurn,
}

enum Event {
    Message(ToWorker),
    Closed,
    GraceOver,
    Turned { idle: bool },
}

/// Runs that have an answer and may still be at work.
#[derive(Default)]
struct Lingering(Vec<(u64, Instant)>);

impl Lingering {
    fn next_deadline(&self) -> Option<Instant> {
        self.0.iter().map(|(_, deadline)| *deadline).min()
    }

    fn settle(&mut self, outbox: &dyn Outbox, is_over: impl Fn(Instant) -> bool) {
        self.0.retain(|(run, deadline)| {
            let over = is_over(*deadline);
            if over {
                outbox.send(&ToPool::Settled { run: *run });
            }
            !over
        });
    }
}

/// Serves one connection until the pool closes it.
pub async fn serve(
    mut sandbox: Sandbox,
    mut inbox: UnboundedReceiver<ToWorker>,
    outbox: Rc<dyn Outbox>,
) -> ServeEnd {
    let mut grace = None;
    let mut lingering = Lingering::default();
    // Whether the event loop is known to be empty; a message may fill it again.
    let mut is_idle = false;
    loop {
        match next_event(&mut sandbox, &mut inbox, &lingering, is_idle).await {
            Event::Closed => return ServeEnd::Closed,
            Event::Message(ToWorker::Bind(bind)) if grace.is_none() => {
                grace = Some(bind.limits.grace);
                sandbox.bind(&bind);
                outbox.send(&ToPool::Bound);
            }
            Event::Message(ToWorker::Run(run)) if grace.is_some() => {
                sandbox.start(&run, is_idle);
                is_idle = false;
            }
            Event::Message(_) => return ServeEnd::OutOfTurn,
            Event::GraceOver => {
                let now = Instant::now();
                lingering.settle(outbox.as_ref(), |deadline| deadline <= now);
            }
            Event::Turned { idle } => is_idle = idle,
        }
        if sandbox.is_heap_full() {
            return ServeEnd::HeapLimit;
        }
        if is_idle {
            sandbox.close_open_runs();
        }
        let deadline = Instant::now() + grace.unwrap_or(Duration::ZERO);
        lingering.0.extend(
            sandbox
                .take_answered()
                .into_iter()
                .map(|run| (run, deadline)),
        );
        if is_idle {
            lingering.settle(outbox.as_ref(), |_| true);
        }
    }
}

async fn next_event(
    sandbox: &mut Sandbox,
    inbox: &mut UnboundedReceiver<ToWorker>,
    lingering: &Lingering,
    was_idle: bool,
) -> Event {
    let grace_over = async {
        match lingering.next_deadline() {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    };
    let mut grace_over = pin!(grace_over);
    poll_fn(|cx| {
        if let Poll::Ready(message) = inbox.poll_recv(cx) {
            return Poll::Ready(message.map_or(Event::Closed, Event::Message));
        }
        if grace_over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::GraceOver);
        }
        // Polled when idle too: sockets that do not keep the loop alive still have events.
        let idle = sandbox.poll(cx).is_ready();
        if sandbox.is_heap_full() || idle != was_idle || sandbox.has_answered() {
            return Poll::Ready(Event::Turned { idle });
        }
        Poll::Pending
    })
    .await
}
