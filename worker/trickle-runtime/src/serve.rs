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
use trickle_model::LimitKind;
use trickle_protocol::{ToPool, ToWorker};

use crate::{breach::Breach, sandbox::Sandbox};

/// Why a worker stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServeEnd {
    /// The pool closed the connection.
    Closed,
    /// A limit of the worker was reached.
    OverLimit,
    /// The pool said something that makes no sense now.
    OutOfTurn,
}

/// A run tells what it waits for this long before its wall time is over, or in the last quarter of it.
const TELL_BEFORE: Duration = Duration::from_millis(500);

/// A spare worker that has had nothing to do for so long loads the next package that its connection is likely to need.
const PRELOAD_AFTER: Duration = Duration::from_millis(100);

enum Event {
    Message(ToWorker),
    Closed,
    DeadlineReached,
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

/// Runs without an answer, and when to tell what they wait for.
#[derive(Default)]
struct Unanswered(Vec<(u64, Instant)>);

impl Unanswered {
    fn begin(&mut self, run: u64, wall: Duration) {
        let patience = wall.saturating_sub(TELL_BEFORE.min(wall / 4));
        self.0.push((run, Instant::now() + patience));
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.0.iter().map(|(_, deadline)| *deadline).min()
    }

    fn take_due(&mut self, now: Instant) -> Vec<u64> {
        let due = self.0.extract_if(.., |(_, deadline)| *deadline <= now);
        due.map(|(run, _)| run).collect()
    }

    fn forget(&mut self, answered: &[u64]) {
        self.0.retain(|(run, _)| !answered.contains(run));
    }
}

/// Serves one connection until the pool closes it.
pub async fn serve(
    mut sandbox: Sandbox,
    mut inbox: UnboundedReceiver<ToWorker>,
    outbox: Rc<dyn Outbox>,
) -> ServeEnd {
    let mut limits = None;
    let mut lingering = Lingering::default();
    let mut unanswered = Unanswered::default();
    let mut preloads = 0..sandbox.preloads();
    // Whether the event loop is known to be empty; a message may fill it again.
    let mut is_idle = false;
    loop {
        let deadlines = lingering.next_deadline().into_iter();
        let deadline = deadlines.chain(unanswered.next_deadline()).min();
        let is_spare = limits.is_none() && !preloads.is_empty();
        let deadline = if is_spare {
            Some(Instant::now() + PRELOAD_AFTER)
        } else {
            deadline
        };
        match next_event(&mut sandbox, &mut inbox, deadline, is_idle).await {
            Event::Closed => return ServeEnd::Closed,
            Event::Message(ToWorker::Bind(bind)) if limits.is_none() => {
                limits = Some(bind.limits);
                sandbox.bind(&bind);
                outbox.send(&ToPool::Bound);
            }
            Event::Message(ToWorker::Run(run)) => {
                let Some(limits) = limits else {
                    return ServeEnd::OutOfTurn;
                };
                unanswered.begin(run.run, limits.wall);
                sandbox.start(&run, is_idle);
                is_idle = false;
            }
            Event::Message(ToWorker::Named { question, answer }) => {
                sandbox.name(question, answer);
            }
            Event::Message(_) => return ServeEnd::OutOfTurn,
            Event::DeadlineReached if is_spare => {
                if let Some(number) = preloads.next() {
                    sandbox.preload(number);
                }
            }
            Event::DeadlineReached => {
                let now = Instant::now();
                lingering.settle(outbox.as_ref(), |deadline| deadline <= now);
                for run in unanswered.take_due(now) {
                    sandbox.tell_waiting(run);
                }
            }
            Event::Turned { idle } => is_idle = idle,
        }
        if let Some(breach) = sandbox.breach() {
            tell(&mut sandbox, breach, outbox.as_ref());
            return ServeEnd::OverLimit;
        }
        if is_idle {
            sandbox.close_open_runs();
        }
        let answered = sandbox.take_answered();
        if !answered.is_empty() {
            unanswered.forget(&answered);
            let grace = limits.map_or(Duration::ZERO, |limits| limits.grace);
            let deadline = Instant::now() + grace;
            let answered = answered.into_iter();
            lingering.0.extend(answered.map(|run| (run, deadline)));
        }
        if is_idle {
            lingering.settle(outbox.as_ref(), |_| true);
        }
    }
}

fn tell(sandbox: &mut Sandbox, breach: Breach, outbox: &dyn Outbox) {
    let Breach { kind, used } = breach;
    // A full heap was told of when it was full.
    if kind != LimitKind::Heap {
        let run = sandbox.stopped_run();
        outbox.send(&ToPool::OverLimit { kind, run, used });
    }
}

async fn next_event(
    sandbox: &mut Sandbox,
    inbox: &mut UnboundedReceiver<ToWorker>,
    deadline: Option<Instant>,
    was_idle: bool,
) -> Event {
    let reached = async {
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    };
    let mut reached = pin!(reached);
    poll_fn(|cx| {
        if let Poll::Ready(message) = inbox.poll_recv(cx) {
            return Poll::Ready(message.map_or(Event::Closed, Event::Message));
        }
        if reached.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::DeadlineReached);
        }
        // Polled when idle too: sockets that do not keep the loop alive still have events.
        let idle = sandbox.poll(cx).is_ready();
        if sandbox.breach().is_some() || idle != was_idle || sandbox.has_answered() {
            return Poll::Ready(Event::Turned { idle });
        }
        Poll::Pending
    })
    .await
}
