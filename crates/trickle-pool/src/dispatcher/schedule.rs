use super::dispatch::Dispatcher;
use super::fleet::{Member, Standing};
use crate::job::{Job, Key};
use crate::worker::Command;

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
        let keys: Vec<Key> = self.queue.waiting().map(|(key, _)| key.clone()).collect();
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
                supplies,
                ..
            } = self;
            let turn = queue.next_turn(|key| fleet.may_have_another(key, &supplies.config));
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
        self.fleet.may_have_another(key, &self.supplies.config)
    }

    /// Starts workers for the waiting jobs and for the spares, at most one for each core at a time: more would only slow each other.
    fn start_workers(&mut self) {
        if self.boots.pause().is_some() {
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

    /// How many further workers the waiting jobs are worth.
    fn demand(&self) -> usize {
        let config = &self.supplies.config;
        let runs = config.runs_per_worker.max(1);
        let most = config.workers_per_connection.max(1);
        self.queue
            .waiting()
            .filter(|(key, _)| self.may_have_another(key))
            .map(|(key, jobs)| {
                let allowed = most - self.fleet.of_connection(key);
                jobs.div_ceil(runs).min(allowed)
            })
            .sum()
    }

    /// Retires idle workers so that waiting jobs get theirs: of a tenant at its share one of its own, in a full pool the idlest of all.
    fn make_room(&mut self, at_hand: usize) {
        let share = self.supplies.config.tenant_share();
        let most = self.supplies.config.workers_per_connection.max(1);
        for (key, _) in self.queue.waiting() {
            if self.fleet.of_tenant(key) >= share
                && self.fleet.of_connection(key) < most
                && let Some(member) = self.fleet.idlest(|own| own.same_tenant(key))
            {
                member.retire();
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
    member.active = tokio::time::Instant::now();
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
