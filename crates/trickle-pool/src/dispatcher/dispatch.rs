use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant};
use trickle_model::{ConnectionId, Outcome};

use super::boots::Boots;
use super::debts::Debts;
use super::fleet::{Fleet, Member, Standing};
use crate::barriers::Barriers;
use crate::job::Job;
use crate::queue::{Most, Queue};
use crate::snapshot::PoolSnapshot;
use crate::worker::{BootError, End, Report, Supplies, WorkerId, chain, live};

/// From the pool's handles to the dispatcher.
pub(crate) enum Order {
    Execute(Job),
    /// No worker of this connection takes further runs.
    Retire(ConnectionId, oneshot::Sender<()>),
    Snapshot(oneshot::Sender<PoolSnapshot>),
    /// Runs may finish for this long. Answered when nothing is left.
    Shutdown(Duration, oneshot::Sender<()>),
}

/// Owns the list of workers and the queue; hears the outside.
pub(crate) struct Dispatcher {
    pub(super) supplies: Arc<Supplies>,
    pub(super) fleet: Fleet,
    pub(super) queue: Queue,
    pub(super) boots: Boots,
    pub(super) debts: Debts,
    /// One for each core.
    pub(super) boots_at_once: usize,
    /// Spares are replaced from then on.
    pub(super) refill: Instant,
    reports: UnboundedSender<(WorkerId, Report)>,
    heard: UnboundedReceiver<(WorkerId, Report)>,
    closing: Closing,
    started: u64,
    ended: BTreeMap<&'static str, u64>,
    barriers: Option<Barriers>,
}

/// Whether the pool is being shut down.
enum Closing {
    No,
    /// Runs may finish until then; then `Now`.
    Until(Instant),
    Now,
}

impl Dispatcher {
    pub fn new(supplies: Arc<Supplies>) -> Self {
        let (reports, heard) = unbounded_channel();
        Self {
            supplies,
            fleet: Fleet::default(),
            queue: Queue::default(),
            boots: Boots::default(),
            debts: Debts::default(),
            boots_at_once: std::thread::available_parallelism().map_or(1, NonZero::get),
            refill: Instant::now(),
            reports,
            heard,
            closing: Closing::No,
            started: 0,
            ended: BTreeMap::new(),
            barriers: None,
        }
    }

    /// Starts the first worker and waits for it, so that a broken installation shows at once.
    pub async fn first_boot(&mut self) -> Result<(), BootError> {
        self.start_worker();
        while let Some((id, report)) = self.heard.recv().await {
            match report {
                Report::Ended(End::BootFailed(error)) => return Err(error),
                report => self.hear(id, report),
            }
            if self.fleet.spares() > 0 {
                break;
            }
        }
        Ok(())
    }

    /// Runs until the pool was shut down, or nobody has a handle to it any more; no worker is left then.
    pub async fn run(mut self, mut orders: UnboundedReceiver<Order>) {
        let mut done = Vec::new();
        self.pump();
        while !(self.is_closing() && self.fleet.is_empty()) {
            let alarm = self.next_alarm();
            tokio::select! {
                biased;
                Some((id, report)) = self.heard.recv() => self.hear(id, report),
                order = orders.recv(), if !self.is_stopping() => match order {
                    Some(Order::Shutdown(limit, reply)) => {
                        done.push(reply);
                        self.close(Closing::Until(Instant::now() + limit));
                    }
                    Some(order) => self.obey(order),
                    None => self.close(Closing::Now),
                },
                () = sleep_until(alarm), if alarm.is_some() => self.look_at_clock(),
            }
            self.pump();
        }
        // Refuses what is still on its way here.
        orders.close();
        while let Ok(order) = orders.try_recv() {
            self.obey(order);
        }
        for reply in done {
            // Whoever asked may have gone.
            let _ = reply.send(());
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Execute(job) => self.accept(job),
            Order::Retire(connection, reply) => {
                for member in self.fleet.iter_mut() {
                    if matches!(&member.standing, Standing::Bound(key) if key.0.connection == connection)
                    {
                        member.retire();
                    }
                }
                let _ = reply.send(());
            }
            Order::Snapshot(reply) => {
                let _ = reply.send(self.snapshot());
            }
            // Heard in `run`; after it, nothing is left to shut down.
            Order::Shutdown(_, reply) => {
                let _ = reply.send(());
            }
        }
    }

    fn accept(&mut self, job: Job) {
        if self.is_closing() {
            return job.refuse(Outcome::Busy);
        }
        if let Err(job) = self.place(job) {
            let config = &self.supplies.config;
            let most = Most {
                of_connection: config.queue_per_connection,
                of_tenant: config.queue_per_tenant,
            };
            if let Err(job) = self.queue.push(job, most) {
                job.refuse(Outcome::Busy);
            }
        }
    }

    fn hear(&mut self, id: WorkerId, report: Report) {
        let Some(member) = self.fleet.get(id) else {
            return;
        };
        match report {
            Report::Ready {
                pid,
                barriers,
                group,
            } => {
                member.pid = Some(pid);
                member.group = Some(group);
                if let Standing::Booting = member.standing {
                    member.standing = Standing::Spare;
                    member.active = Instant::now();
                }
                self.boots.succeeded();
                if self.barriers.replace(barriers) != Some(barriers) {
                    barriers.warn();
                }
            }
            Report::Freed => {
                member.in_flight = member.in_flight.saturating_sub(1);
                member.active = Instant::now();
            }
            Report::Returned(job) => {
                member.in_flight = member.in_flight.saturating_sub(1);
                member.retire();
                if self.is_closing() {
                    job.refuse(Outcome::Busy);
                } else {
                    self.queue.push_front(job);
                }
            }
            Report::Retiring => member.retire(),
            Report::Ended(end) => {
                let gone = self.fleet.remove(id);
                if let Some(key) = gone.as_ref().and_then(Member::key) {
                    self.fleet.share_processor(key);
                    if end.is_of_a_script() {
                        self.debts.charge(&key.0.tenant, Instant::now());
                    }
                }
                *self.ended.entry(end.name()).or_default() += 1;
                if let End::BootFailed(error) = end
                    && !self.is_closing()
                {
                    self.boots.failed(chain(&error));
                }
            }
        }
    }

    pub(super) fn start_worker(&mut self) {
        self.started += 1;
        let id = WorkerId(self.started);
        let (commands, obeyed) = unbounded_channel();
        self.fleet.add(Member::new(id, commands));
        let supplies = Arc::clone(&self.supplies);
        tokio::spawn(live(id, supplies, obeyed, self.reports.clone()));
    }

    pub(super) fn is_closing(&self) -> bool {
        !matches!(self.closing, Closing::No)
    }

    fn is_stopping(&self) -> bool {
        matches!(self.closing, Closing::Now)
    }

    fn close(&mut self, closing: Closing) {
        self.closing = closing;
        for job in self.queue.take_all() {
            job.refuse(Outcome::Busy);
        }
        for member in self.fleet.iter_mut() {
            if let Closing::Now = self.closing {
                member.stop();
            } else {
                member.retire();
            }
        }
    }

    fn next_alarm(&self) -> Option<Instant> {
        let expiry = self.queue.next_expiry(self.supplies.config.queue_wait);
        let deadline = match self.closing {
            Closing::Until(deadline) => Some(deadline),
            Closing::No | Closing::Now => None,
        };
        let now = Instant::now();
        let debts = self.queue.by_tenant().filter_map(|mut lines| {
            let (key, _) = lines.next()?;
            self.debts.until(&key.0.tenant, now)
        });
        let refill = (now < self.refill).then_some(self.refill);
        let surplus = self.surplus_ends();
        [
            expiry,
            deadline,
            self.boots.pause(),
            debts.min(),
            refill,
            surplus,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn look_at_clock(&mut self) {
        let now = Instant::now();
        if matches!(self.closing, Closing::Until(deadline) if now >= deadline) {
            self.close(Closing::Now);
        }
        self.end_surplus(now);
        let wait = self.supplies.config.queue_wait;
        for job in self.queue.take_expired(now, wait) {
            let outcome = match self.boots.complaint() {
                Some(complaint) => {
                    Outcome::Crashed(format!("no worker can be started: failed to {complaint}"))
                }
                None => Outcome::Busy,
            };
            job.refuse(outcome);
        }
    }

    fn snapshot(&self) -> PoolSnapshot {
        PoolSnapshot {
            workers: self.fleet.info(),
            queued: self.queue.len(),
            started: self.started,
            ended: self.ended.clone(),
            barriers: self.barriers,
        }
    }
}

async fn sleep_until(alarm: Option<Instant>) {
    if let Some(alarm) = alarm {
        tokio::time::sleep_until(alarm).await;
    }
}
