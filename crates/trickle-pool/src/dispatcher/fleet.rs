use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;
use trickle_jail::Group;
use trickle_model::ConnectionId;

use crate::PoolConfig;
use crate::job::Key;
use crate::snapshot::{BoundTo, WorkerInfo, WorkerState};
use crate::worker::{Command, WorkerId};

/// A tenant's share of the processor against the others'.
const SHARE: u64 = 100;

/// The dispatcher's list of workers. What they really do is known to their tasks alone; this is what they were told and have reported.
#[derive(Default)]
pub(super) struct Fleet(Vec<Member>);

pub(super) struct Member {
    pub id: WorkerId,
    pub commands: UnboundedSender<Command>,
    pub pid: Option<u32>,
    /// Its control group, once it has booted.
    pub group: Option<Arc<Group>>,
    pub standing: Standing,
    pub in_flight: usize,
    pub runs: u64,
    pub started: Instant,
    /// When it got or answered its last run, or became a spare.
    pub active: Instant,
}

pub(super) enum Standing {
    Booting,
    Spare,
    Bound(Key),
    Retiring(Option<Key>),
}

impl Member {
    pub fn new(id: WorkerId, commands: UnboundedSender<Command>) -> Self {
        let now = Instant::now();
        Self {
            id,
            commands,
            pid: None,
            group: None,
            standing: Standing::Booting,
            in_flight: 0,
            runs: 0,
            started: now,
            active: now,
        }
    }

    /// The connection whose scripts it runs.
    pub fn key(&self) -> Option<&Key> {
        match &self.standing {
            Standing::Bound(key) | Standing::Retiring(Some(key)) => Some(key),
            _ => None,
        }
    }

    /// The connection that may give it runs.
    fn serves(&self) -> Option<&Key> {
        match &self.standing {
            Standing::Bound(key) => Some(key),
            _ => None,
        }
    }

    fn is_spare(&self) -> bool {
        matches!(self.standing, Standing::Spare)
    }

    /// No longer gives it runs, and says so to it.
    pub fn retire(&mut self) {
        let bound_to = match &mut self.standing {
            Standing::Retiring(_) => return,
            Standing::Bound(key) => Some(key.clone()),
            Standing::Booting | Standing::Spare => None,
        };
        self.standing = Standing::Retiring(bound_to);
        // A task that has ended needs no telling.
        let _ = self.commands.send(Command::Retire);
    }

    /// Ends it with its runs.
    pub fn stop(&mut self) {
        self.retire();
        let _ = self.commands.send(Command::Stop);
    }

    fn info(&self) -> WorkerInfo {
        let (state, key) = match &self.standing {
            Standing::Booting => (WorkerState::Booting, None),
            Standing::Spare => (WorkerState::Spare, None),
            Standing::Bound(key) => (WorkerState::Bound, Some(key)),
            Standing::Retiring(key) => (WorkerState::Retiring, key.as_ref()),
        };
        WorkerInfo {
            pid: self.pid,
            state,
            bound_to: key.map(|key| BoundTo {
                tenant: key.0.tenant.clone(),
                connection: key.0.connection.clone(),
                revision: key.0.revision,
            }),
            in_flight: self.in_flight,
            runs: self.runs,
            age: self.started.elapsed(),
        }
    }
}

impl Fleet {
    pub fn add(&mut self, member: Member) {
        self.0.push(member);
    }

    pub fn remove(&mut self, id: WorkerId) -> Option<Member> {
        let at = self.0.iter().position(|member| member.id == id)?;
        Some(self.0.swap_remove(at))
    }

    pub fn get(&mut self, id: WorkerId) -> Option<&mut Member> {
        self.0.iter_mut().find(|member| member.id == id)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.0.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn info(&self) -> Vec<WorkerInfo> {
        self.0.iter().map(Member::info).collect()
    }

    pub fn booting(&self) -> usize {
        self.count(|member| matches!(member.standing, Standing::Booting))
    }

    pub fn spares(&self) -> usize {
        self.count(Member::is_spare)
    }

    pub fn retiring(&self) -> usize {
        self.count(|member| matches!(member.standing, Standing::Retiring(_)))
    }

    /// Workers that take runs of this connection, of whatever revision.
    pub fn of_connection(&self, key: &Key) -> usize {
        self.of(Member::serves, |own| own.same_connection(key))
    }

    /// Workers that take runs of this tenant.
    pub fn of_tenant(&self, key: &Key) -> usize {
        self.of(Member::serves, |own| own.same_tenant(key))
    }

    /// The workers whose key, in this sense, is one of these.
    fn of(&self, key: impl Fn(&Member) -> Option<&Key>, is: impl Fn(&Key) -> bool) -> usize {
        self.count(|member| key(member).is_some_and(&is))
    }

    /// How many further workers the key's connection may be given, as far as its own number goes; as many again may retire: a script
    /// decides when its worker does, and how long that takes.
    pub fn left_to_connection(&self, key: &Key, config: &PoolConfig) -> usize {
        let most = config.workers_per_connection.max(1);
        let left = most.saturating_sub(self.of_connection(key));
        let held = self.of(Member::key, |own| own.same_connection(key));
        left.min((2 * most).saturating_sub(held))
    }

    /// The same of the key's tenant.
    pub fn left_to_tenant(&self, key: &Key, config: &PoolConfig) -> usize {
        let left = config.tenant_share().saturating_sub(self.of_tenant(key));
        let held = self.of(Member::key, |own| own.same_tenant(key));
        left.min(config.tenant_share_with_retiring().saturating_sub(held))
    }

    /// Whether the key's tenant may be given a further worker.
    pub fn tenant_may_have_another(&self, key: &Key, config: &PoolConfig) -> bool {
        self.left_to_tenant(key, config) > 0 && self.may_run(key, config)
    }

    /// The connections, with their revisions, that have a worker with fewer runs than `most`.
    pub fn with_room(&self, most: usize) -> HashSet<(&ConnectionId, u64)> {
        let free = self.0.iter().filter(|member| member.in_flight < most);
        let keys = free.filter_map(Member::serves);
        keys.map(|key| (&key.0.connection, key.0.revision))
            .collect()
    }

    /// Whether the key's tenant may have a further run.
    pub fn may_run(&self, key: &Key, config: &PoolConfig) -> bool {
        let of_tenant = |member: &&Member| member.key().is_some_and(|own| own.same_tenant(key));
        let runs = self
            .0
            .iter()
            .filter(of_tenant)
            .map(|member| member.in_flight);
        runs.sum::<usize>() < config.runs_per_tenant.max(1)
    }

    /// Gives every tenant the same share of the processor, however many workers it has: the kernel knows workers, not tenants.
    pub fn share_processor(&self, key: &Key) {
        let of_tenant = |member: &&Member| member.key().is_some_and(|own| own.same_tenant(key));
        let workers = self.0.iter().filter(of_tenant).count().max(1);
        for member in self.0.iter().filter(of_tenant) {
            let Some(group) = &member.group else {
                continue;
            };
            if let Err(error) = group.set_processor_share(SHARE / workers as u64) {
                // It may be ending.
                tracing::debug!(worker.pid = member.pid, %error, "failed to set a share of the processor");
            }
        }
    }

    /// The worker with the fewest runs among those of `key` that have fewer than `most`.
    pub fn least_loaded(&mut self, key: &Key, most: usize) -> Option<&mut Member> {
        self.0
            .iter_mut()
            .filter(|member| member.in_flight < most)
            .filter(|member| member.serves().is_some_and(|own| own == key))
            .min_by_key(|member| member.in_flight)
    }

    /// The spare that has been ready longest.
    pub fn spare(&mut self) -> Option<&mut Member> {
        self.0
            .iter_mut()
            .filter(|member| member.is_spare())
            .min_by_key(|member| member.active)
    }

    /// When the spare that has waited longest became one.
    pub fn oldest_spare(&self) -> Option<Instant> {
        let spares = self.0.iter().filter(|member| member.is_spare());
        spares.map(|member| member.active).min()
    }

    /// The bound worker that has had nothing to do for longest, among those that `may` go.
    pub fn idlest(&mut self, may: impl Fn(&Key) -> bool) -> Option<&mut Member> {
        self.0
            .iter_mut()
            .filter(|member| member.in_flight == 0 && member.serves().is_some_and(&may))
            .min_by_key(|member| member.active)
    }

    /// Whether some worker of this connection has a later revision.
    pub fn has_later(&self, key: &Key) -> bool {
        self.0
            .iter()
            .filter_map(Member::serves)
            .any(|own| own.same_connection(key) && own.0.revision > key.0.revision)
    }

    fn count(&self, holds: impl Fn(&Member) -> bool) -> usize {
        self.0.iter().filter(|member| holds(member)).count()
    }
}
