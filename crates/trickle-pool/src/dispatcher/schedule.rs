use tokio::time::{Duration, Instant};

use super::dispatch::Dispatcher;
use super::fleet::{Member, Standing};
use crate::job::{Job, Key};
use crate::worker::Command;

/// The spare that takes another's place boots once the first run has had this time: booting takes a core, and most runs less.
const FIRST_RUN: Duration = Duration::from_millis(20);

impl Dispatcher {
    /// Gives a job to a worker at once, or hands it back. Jobs that wait already go first.
    pub(super) fn place(&mut self, job: Job) -> Result<(), Job> {
        let key = job.key();
        self.retire_earlier(&key);
        if self.queue.waiting().any(|(waiting, _)| *waiting == key) {
            return Err(job);
        }
        if !self.fleet.may_run(&key, &self.supplies.config) {
            return Err(job);
        }
        let runs = self.supplies.config.runs_per_worker.max(1);
        if let Some(member) = self.fleet.least_loaded(&key, runs) {
            return give(member, job);
        }
        // A spare goes to those whose turn it is.
        if !self.queue.is_empty() || !self.may_have_another(&key) {
            return Err(job);
        }
        self.bind_spare(&key, job)
    }

    /// Moves waiting jobs to workers, and starts and retires workers as that demands.
    pub(super) fn pump(&mut self) {
        if self.is_closing() {
            return;
        }
        if !self.queue.is_empty() {
            self.fill_bound();
            self.bind_spares();
        }
        self.start_workers();
    }

    fn fill_bound(&mut self) {
        let runs = self.supplies.config.runs_per_worker.max(1);
        let free = self.fleet.with_room(runs);
        let has_room = |key: &&Key| free.contains(&(&key.0.connection, key.0.revision));
        let waiting = self.queue.waiting().map(|(key, _)| key);
        let keys: Vec<Key> = waiting.filter(has_room).cloned().collect();
        for key in keys {
            while self.fleet.may_run(&key, &self.supplies.config)
                && let Some(member) = self.fleet.least_loaded(&key, runs)
            {
                let Some(job) = self.queue.pop(&key) else {
                    break;
                };
                if let Err(job) = give(member, job) {
                    self.queue.push_front(job);
                }
            }
        }
    }

    fn bind_spares(&mut self) {
        while self.fleet.spares() > 0 {
            let Self {
                queue,
                fleet,
                debts,
                supplies,
                ..
            } = self;
            let (config, now) = (&supplies.config, Instant::now());
            let turn = queue.next_turn(
                |key| {
                    debts.until(&key.0.tenant, now).is_none()
                        && fleet.tenant_may_have_another(key, config)
                },
                |key| fleet.left_to_connection(key, config) > 0,
            );
            let Some((key, job)) = turn.and_then(|key| Some((key.clone(), queue.pop(&key)?)))
            else {
                return;
            };
            if let Err(job) = self.bind_spare(&key, job) {
                self.queue.push_front(job);
            }
            self.fill_bound();
        }
    }

    fn bind_spare(&mut self, key: &Key, job: Job) -> Result<(), Job> {
        let outdated = self.fleet.has_later(key);
        let Some(member) = self.fleet.spare() else {
            return Err(job);
        };
        member.standing = Standing::Bound(key.clone());
        give(member, job)?;
        self.refill = Instant::now() + FIRST_RUN;
        // A late job of an earlier revision has its worker for itself.
        if outdated {
            member.retire();
        }
        self.fleet.share_processor(key);
        Ok(())
    }

    /// Workers of an earlier revision take no more runs once a later one is seen.
    fn retire_earlier(&mut self, key: &Key) {
        for member in self.fleet.iter_mut() {
            if let Standing::Bound(own) = &member.standing
                && own.0.revision < key.0.revision
                && own.same_connection(key)
            {
                member.retire();
            }
        }
    }

    fn may_have_another(&self, key: &Key) -> bool {
        self.fleet.left_to_connection(key, &self.supplies.config) > 0
            && self.tenant_may_have_another(key, Instant::now())
    }

    /// What of that is the same for all connections of the key's tenant.
    fn tenant_may_have_another(&self, key: &Key, now: Instant) -> bool {
        self.debts.until(&key.0.tenant, now).is_none()
            && self
                .fleet
                .tenant_may_have_another(key, &self.supplies.config)
    }

    /// Starts workers for the waiting jobs and for the spares, at most one for each core at a time: more would only slow each other.
    fn start_workers(&mut self) {
        let is_early = self.queue.is_empty() && Instant::now() < self.refill;
        if is_early || self.boots.pause().is_some() {
            return;
        }
        let wanted = self.demand() + self.supplies.config.spares.max(1);
        let most = self.supplies.config.max_workers.max(1);
        let mut at_hand = self.fleet.spares() + self.fleet.booting();
        while at_hand < wanted
            && self.fleet.booting() < self.boots_at_once
            && self.fleet.len() < most
        {
            self.start_worker();
            at_hand += 1;
        }
        if !self.queue.is_empty() {
            self.make_room(at_hand);
        }
    }

    /// When the spare that waits longest ends, while there are more than are kept ready: a storm leaves them behind.
    pub(super) fn surplus_ends(&self) -> Option<Instant> {
        let config = &self.supplies.config;
        if self.fleet.spares() <= config.spares.max(1) {
            return None;
        }
        Some(self.fleet.oldest_spare()? + config.idle)
    }

    pub(super) fn end_surplus(&mut self, now: Instant) {
        while self.surplus_ends().is_some_and(|end| end <= now)
            && let Some(member) = self.fleet.spare()
        {
            member.retire();
        }
    }

    /// How many further workers the waiting jobs are worth.
    fn demand(&self) -> usize {
        let (config, now) = (&self.supplies.config, Instant::now());
        let runs = config.runs_per_worker.max(1);
        let mut demand = 0;
        for lines in self.queue.by_tenant() {
            let mut lines = lines.peekable();
            let may = |(key, _): &&(&Key, usize)| self.tenant_may_have_another(key, now);
            let Some((key, _)) = lines.peek().filter(may) else {
                continue;
            };
            let left = self.fleet.left_to_tenant(key, config);
            let mut wanted = 0;
            for (key, jobs) in lines {
                if wanted >= left {
                    break;
                }
                let allowed = self.fleet.left_to_connection(key, config);
                wanted += jobs.div_ceil(runs).min(allowed);
            }
            demand += wanted.min(left);
        }
        demand
    }

    /// Retires idle workers so that waiting jobs get theirs: of a tenant at its share one of its own, in a full pool the idlest of all.
    fn make_room(&mut self, at_hand: usize) {
        let share = self.supplies.config.tenant_share();
        let most = self.supplies.config.workers_per_connection.max(1);
        for lines in self.queue.by_tenant() {
            for (key, _) in lines {
                // The same for all lines of a tenant, of which there may be thousands.
                if self.fleet.of_tenant(key) < share {
                    break;
                }
                let Some(member) = self.fleet.idlest(|own| own.same_tenant(key)) else {
                    break;
                };
                let idlest = member.id;
                if self.fleet.of_connection(key) < most
                    && let Some(member) = self.fleet.get(idlest)
                {
                    member.retire();
                }
            }
        }
        if self.fleet.len() < self.supplies.config.max_workers.max(1) {
            return;
        }
        let on_their_way = at_hand + self.fleet.retiring();
        for _ in on_their_way..self.demand() {
            if let Some(member) = self.fleet.idlest(|_| true) {
                member.retire();
            }
        }
    }
}

fn give(member: &mut Member, job: Job) -> Result<(), Job> {
    member.in_flight += 1;
    member.runs += 1;
    member.active = Instant::now();
    member.commands.send(Command::Run(job)).map_err(|unsent| {
        // Its task has ended; its last report is on its way.
        member.in_flight -= 1;
        member.runs -= 1;
        member.retire();
        match unsent.0 {
            Command::Run(job) => job,
            Command::Retire | Command::Stop => unreachable!("it was a run"),
        }
    })
}
