use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;
use trickle_jail::{
    Budget, Detour, Egress, EgressEntry, EgressPolicy, EgressRule, EgressRules, EgressState,
    Process, Refusal, broker_connects,
};
use trickle_model::{Binding, EgressLine, LimitBreach, LimitKind, Limits, Outcome};
use trickle_protocol::{NameAnswer, NameQuestion};

use super::end::End;
use super::life::Supplies;
use crate::PoolConfig;
use crate::names;
use crate::tenants::Turns;

/// Questions about names that a worker may ask beyond its limit, and is refused. Who goes on is ended.
const REFUSED_MAX: u64 = 256;

/// What a worker reaches, by its supervisor's hand: connections and names.
pub(super) struct Network {
    /// `None` where the kernel cannot, or once the broker has it.
    listener: Option<Egress>,
    state: EgressState,
    limits: Limits,
    /// Names that it may still ask for.
    names: Budget,
    /// `None` before it is bound: a worker without a connection has nowhere to go.
    desk: Option<Desk>,
    questions: JoinSet<(u64, NameAnswer)>,
}

/// Where a bound worker's questions go.
#[derive(Clone)]
struct Desk {
    policy: Arc<EgressPolicy>,
    turns: Arc<Turns>,
}

impl Network {
    pub fn new(egress: Egress, config: &PoolConfig) -> Self {
        let limits = Limits::default();
        Self {
            listener: Some(egress),
            state: EgressState {
                detour: config.wire.clone().map(|wire| wire as Arc<dyn Detour>),
                ..EgressState::new(limits.sockets.into())
            },
            limits,
            names: Budget::default(),
            desk: None,
            questions: JoinSet::new(),
        }
    }

    /// Opens what the connection's rules allow.
    pub fn open(
        &mut self,
        process: &Process,
        binding: &Binding,
        turns: Arc<Turns>,
    ) -> io::Result<()> {
        let policy = EgressPolicy::new(rules(binding), Arc::clone(&self.state.pins));
        let policy = Arc::new(policy);
        self.limits = binding.limits;
        self.state.at_once = binding.limits.sockets.into();
        self.state.pace = Arc::clone(&turns.connects);
        self.desk = Some(Desk {
            policy: Arc::clone(&policy),
            turns,
        });
        match self.listener.take() {
            Some(Egress::Brokered(listener)) => {
                broker_connects(listener, process, policy, self.state.clone())
            }
            _ => Ok(()),
        }
    }

    /// A run begins; `alone` where nothing of another is left.
    pub fn grant(&self, alone: bool) {
        self.state.budget.grant(self.limits.connects.into(), alone);
        self.names.grant(self.limits.dns_queries.into(), alone);
    }

    /// Begins to look up what the worker asks; [`Self::answered`] has the answer.
    pub fn ask(
        &mut self,
        question: u64,
        about: NameQuestion,
        supplies: &Arc<Supplies>,
    ) -> Result<(), End> {
        let Some(Desk { policy, turns }) = self.desk.clone() else {
            return Err(End::BadMessage("a question before it was bound"));
        };
        let state = self.state.clone();
        let may = self.names.take();
        let used = self.names.asked();
        if !may && used > REFUSED_MAX + u64::from(self.limits.dns_queries) {
            return Err(End::limit(LimitKind::DnsQueries, Some(used)));
        }
        let supplies = Arc::clone(supplies);
        self.questions.spawn(async move {
            let answer = if may {
                supplies.names.answer(&about, &policy, &state, &turns).await
            } else {
                names::refuse_further(&about, &state)
            };
            (question, answer)
        });
        Ok(())
    }

    /// The next answer; for ever nothing where nothing was asked.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn answered(&mut self) -> (u64, NameAnswer) {
        loop {
            match self.questions.join_next().await {
                Some(Ok(answered)) => return answered,
                // A look-up panicked: its question stays open, and the run ends by its wall time.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// What was decided since a run began.
    pub fn lines_since(&self, start: Instant) -> Vec<EgressLine> {
        self.state.log.since(start).iter().map(line).collect()
    }

    /// Names the first refusal since `start` where it explains the outcome: drivers hide the error of a refused connection, swallow it,
    /// or try again for longer than a run may take (mongodb: 30 s).
    ///
    /// Runs that interleave share the refusals; they are of the same connection and under the same rules.
    pub fn explain(&self, outcome: Outcome, start: Instant) -> Outcome {
        let explicable = matches!(
            outcome,
            Outcome::ScriptError(_)
                | Outcome::LegacyStoreDown(..)
                | Outcome::DidNotAnswer
                | Outcome::TooSlow(_)
        );
        if !explicable {
            return outcome;
        }
        let entries = self.state.log.since(start);
        let refused = |entry: &EgressEntry| Some((entry.refusal()?, entry.to_string()));
        match entries.iter().find_map(refused) {
            Some((refusal, target)) => match self.breach(refusal) {
                Some(breach) => Outcome::over(breach),
                None => Outcome::EgressDenied(target),
            },
            None => outcome,
        }
    }

    /// The first of these limits that the worker went beyond.
    pub fn first_breach(&self) -> Option<LimitBreach> {
        self.breach(self.state.log.first_limit()?)
    }

    fn breach(&self, refusal: Refusal) -> Option<LimitBreach> {
        let limits = &self.limits;
        let (kind, limit, used) = match refusal {
            Refusal::TooMany => {
                let used = self.state.budget.asked();
                (LimitKind::Connects, limits.connects, used)
            }
            Refusal::TooManyAtOnce => {
                let used = u64::from(limits.sockets) + 1;
                (LimitKind::Sockets, limits.sockets, used)
            }
            Refusal::TooManyNames => {
                let used = self.names.asked();
                (LimitKind::DnsQueries, limits.dns_queries, used)
            }
            Refusal::Private | Refusal::Metadata | Refusal::Closed | Refusal::NotListed => {
                return None;
            }
        };
        let (limit, used) = (limit.into(), Some(used));
        Some(LimitBreach { kind, limit, used })
    }
}

/// The connection's rules. One that cannot be read opens nothing and narrows everything, so the script meets the refusal and its author
/// learns of the address.
fn rules(binding: &Binding) -> EgressRules {
    let read = |texts: &[String]| {
        texts
            .iter()
            .filter_map(|text| {
                text.parse::<EgressRule>()
                    .inspect_err(|error| {
                        tracing::warn!(
                            tenant.id = %binding.tenant,
                            connection.id = %binding.connection,
                            %error,
                            "failed to use an egress rule; it opens nothing"
                        );
                    })
                    .ok()
            })
            .collect()
    };
    EgressRules {
        allow: read(&binding.allow_net),
        public: binding.public_net,
        only: binding.only_net.as_deref().map(read),
    }
}

fn line(entry: &EgressEntry) -> EgressLine {
    EgressLine {
        target: entry.to_string(),
        name: entry.address.and(entry.name.clone()),
        decision: match entry.refusal() {
            Some(refusal) => refusal.name().to_owned(),
            None => "allowed".to_owned(),
        },
    }
}
