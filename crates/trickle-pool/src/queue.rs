use std::collections::VecDeque;

use tokio::time::{Duration, Instant};

use crate::job::{Job, Key};

/// Runs that wait for a worker: a line per connection and revision, turns per tenant.
///
/// Workers go round by tenant and within a tenant by connection, so a storm on one connection delays nobody else by more than a turn.
#[derive(Default)]
pub(crate) struct Queue {
    tenants: VecDeque<VecDeque<Line>>,
    jobs: usize,
}

/// How many jobs may wait.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    pub of_connection: usize,
    pub of_tenant: usize,
}

struct Line {
    key: Key,
    jobs: VecDeque<Job>,
}

impl Queue {
    pub fn len(&self) -> usize {
        self.jobs
    }

    pub fn is_empty(&self) -> bool {
        self.jobs == 0
    }

    /// Adds a job at the end of its line, or hands it back when the lines of its connection or of its tenant are full.
    pub fn push(&mut self, job: Job, most: Most) -> Result<(), Job> {
        let key = job.key();
        let waiting = |of: &dyn Fn(&Key) -> bool| -> usize {
            let lines = self.lines().filter(|line| of(&line.key));
            lines.map(|line| line.jobs.len()).sum()
        };
        if waiting(&|own| own.same_connection(&key)) >= most.of_connection
            || waiting(&|own| own.same_tenant(&key)) >= most.of_tenant
        {
            return Err(job);
        }
        self.line(key).push_back(job);
        self.jobs += 1;
        Ok(())
    }

    /// Puts a job that had already left back to the head of its line.
    pub fn push_front(&mut self, job: Job) {
        self.line(job.key()).push_front(job);
        self.jobs += 1;
    }

    /// Takes the first job of a line.
    pub fn pop(&mut self, key: &Key) -> Option<Job> {
        let line = self.tenants.iter_mut().flatten().find(|l| l.key == *key)?;
        let job = line.jobs.pop_front()?;
        self.jobs -= 1;
        self.drop_empty();
        Some(job)
    }

    /// The connection whose turn it is among those that `may` take it; it and its tenant then go to the end. `tenant_may` is asked
    /// once for each tenant: one may have thousands of lines.
    pub fn next_turn(
        &mut self,
        tenant_may: impl Fn(&Key) -> bool,
        may: impl Fn(&Key) -> bool,
    ) -> Option<Key> {
        let (tenant, line) = self.tenants.iter().enumerate().find_map(|(at, lines)| {
            lines.front().filter(|line| tenant_may(&line.key))?;
            let line = lines.iter().position(|line| may(&line.key))?;
            Some((at, line))
        })?;
        let mut lines = self.tenants.remove(tenant)?;
        let line = lines.remove(line)?;
        let key = line.key.clone();
        lines.push_back(line);
        self.tenants.push_back(lines);
        Some(key)
    }

    /// Every waiting line with its length.
    pub fn waiting(&self) -> impl Iterator<Item = (&Key, usize)> {
        self.lines().map(|line| (&line.key, line.jobs.len()))
    }

    /// The same, tenant by tenant.
    pub fn by_tenant(&self) -> impl Iterator<Item = impl Iterator<Item = (&Key, usize)>> {
        let tenants = self.tenants.iter();
        tenants.map(|lines| lines.iter().map(|line| (&line.key, line.jobs.len())))
    }

    /// When the first job will have waited for `wait`.
    pub fn next_expiry(&self, wait: Duration) -> Option<Instant> {
        self.lines()
            .filter_map(|line| line.jobs.front())
            .map(|job| job.arrived + wait)
            .min()
    }

    /// Takes all jobs that have waited for `wait`, and those whose callers have gone.
    pub fn take_expired(&mut self, now: Instant, wait: Duration) -> Vec<Job> {
        self.take_if(|job| now >= job.arrived + wait || job.reply.is_closed())
    }

    pub fn take_all(&mut self) -> Vec<Job> {
        self.take_if(|_| true)
    }

    fn take_if(&mut self, ripe: impl Fn(&Job) -> bool) -> Vec<Job> {
        let mut taken = Vec::new();
        for line in self.tenants.iter_mut().flatten() {
            let (ripe, rest): (Vec<_>, Vec<_>) = line.jobs.drain(..).partition(&ripe);
            line.jobs = rest.into();
            taken.extend(ripe);
        }
        self.jobs -= taken.len();
        self.drop_empty();
        taken
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.tenants.iter().flatten()
    }

    fn line(&mut self, key: Key) -> &mut VecDeque<Job> {
        let of_tenant = |lines: &VecDeque<Line>| lines.iter().any(|l| l.key.same_tenant(&key));
        let tenant = if let Some(at) = self.tenants.iter().position(of_tenant) {
            at
        } else {
            self.tenants.push_back(VecDeque::new());
            self.tenants.len() - 1
        };
        let lines = &mut self.tenants[tenant];
        let at = if let Some(at) = lines.iter().position(|line| line.key == key) {
            at
        } else {
            let jobs = VecDeque::new();
            lines.push_back(Line { key, jobs });
            lines.len() - 1
        };
        &mut lines[at].jobs
    }

    fn drop_empty(&mut self) {
        for lines in &mut self.tenants {
            lines.retain(|line| !line.jobs.is_empty());
        }
        self.tenants.retain(|lines| !lines.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::{Map, json};
    use tokio::sync::oneshot;
    use trickle_model::{
        Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
        NodeVersion, TenantId,
    };

    use super::*;

    type Answer = oneshot::Receiver<ExecutionReport>;

    fn job(tenant: &str, connection: &str, name: &str) -> (Job, Answer) {
        let (reply, answer) = oneshot::channel();
        let binding = Binding {
            tenant: TenantId::from_text(tenant),
            connection: ConnectionId::from_text(connection),
            revision: 1,
            scripts: BTreeMap::new(),
            configuration: BTreeMap::new(),
            node_version: NodeVersion::default(),
            limits: Limits::default(),
            allow_net: Vec::new(),
            public_net: true,
            only_net: None,
        };
        let job = Job {
            request: ExecutionRequest {
                id: ExecutionId::from_text(name),
                binding: Arc::new(binding),
                action: Action::Login,
                arguments: vec![json!(1)],
                context: Map::new(),
            },
            reply,
            arrived: Instant::now(),
        };
        (job, answer)
    }

    const fn most(of_connection: usize, of_tenant: usize) -> Most {
        Most {
            of_connection,
            of_tenant,
        }
    }

    fn fill(queue: &mut Queue, jobs: &[(&str, &str, &str)]) -> Vec<Answer> {
        let push = |(tenant, connection, name): &(&str, &str, &str)| {
            let (job, answer) = job(tenant, connection, name);
            assert!(queue.push(job, most(100, 100)).is_ok());
            answer
        };
        jobs.iter().map(push).collect()
    }

    fn drain(queue: &mut Queue, may: impl Fn(&Key) -> bool) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(key) = queue.next_turn(|_| true, &may) {
            let job = queue.pop(&key).expect("it was its turn");
            names.push(job.request.id.as_str().to_owned());
        }
        names
    }

    #[test]
    fn turns_go_round_by_tenant_and_then_by_connection() {
        let mut queue = Queue::default();
        let _answers = fill(
            &mut queue,
            &[
                ("a", "1", "a1-1"),
                ("a", "1", "a1-2"),
                ("a", "1", "a1-3"),
                ("a", "2", "a2-1"),
                ("b", "1", "b1-1"),
                ("b", "1", "b1-2"),
            ],
        );
        let order = drain(&mut queue, |_| true);
        assert_eq!(order, ["a1-1", "b1-1", "a2-1", "b1-2", "a1-2", "a1-3"]);
        assert!(queue.is_empty());
    }

    #[test]
    fn those_that_may_not_are_passed_over() {
        let mut queue = Queue::default();
        let _answers = fill(&mut queue, &[("a", "1", "a"), ("b", "1", "b")]);
        let order = drain(&mut queue, |key| key.0.tenant.as_str() == "b");
        assert_eq!(order, ["b"]);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn a_connection_and_a_tenant_have_their_limits_and_no_share_of_others() {
        let mut queue = Queue::default();
        let _answers = fill(&mut queue, &[("a", "1", "x"), ("a", "1", "y")]);
        let may = |queue: &mut Queue, tenant, connection, most| {
            queue.push(job(tenant, connection, "z").0, most).is_ok()
        };
        assert!(!may(&mut queue, "a", "1", most(2, 9)));
        assert!(!may(&mut queue, "a", "2", most(9, 2)));
        assert!(may(&mut queue, "a", "2", most(2, 9)));
        assert!(may(&mut queue, "b", "1", most(2, 2)));
    }

    #[test]
    fn jobs_expire_with_time_or_with_their_callers() {
        let wait = Duration::from_secs(5);
        let mut queue = Queue::default();
        let mut answers = fill(&mut queue, &[("a", "1", "x"), ("a", "1", "y")]);
        let now = Instant::now();
        assert!(queue.take_expired(now, wait).is_empty());
        answers.remove(0);
        let gone = queue.take_expired(now, wait);
        assert_eq!(gone[0].request.id.as_str(), "x");
        assert!(queue.next_expiry(wait).is_some_and(|at| at > now));
        assert_eq!(queue.take_expired(now + wait, wait).len(), 1);
        assert!(queue.next_expiry(wait).is_none());
    }
}
