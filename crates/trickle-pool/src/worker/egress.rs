use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;
use trickle_jail::{
    Budget, Egress, EgressEntry, EgressPolicy, EgressRule, EgressRules, EgressState, Process,
    broker_connects,
};
use trickle_model::{Binding, EgressLine, Outcome};
use trickle_protocol::{NameAnswer, NameQuestion};

use super::life::Supplies;
use crate::PoolConfig;
use crate::names;

/// What a worker reaches, by its supervisor's hand: connections and names.
pub(super) struct Network {
    /// `None` where the kernel cannot, or once the broker has it.
    listener: Option<Egress>,
    state: EgressState,
    /// Names that it may still ask for.
    names: Budget,
    /// `None` before it is bound: a worker without a connection has nowhere to go.
    policy: Option<Arc<EgressPolicy>>,
    questions: JoinSet<(u64, NameAnswer)>,
}

impl Network {
    pub fn new(egress: Egress, config: &PoolConfig) -> Self {
        Self {
            listener: Some(egress),
            state: EgressState {
                pins: Arc::default(),
                budget: Arc::new(Budget::new(config.connections_at_once)),
                log: Arc::default(),
            },
            names: Budget::new(config.names_at_once),
            policy: None,
            questions: JoinSet::new(),
        }
    }

    /// Opens what the connection's rules allow.
    pub fn open(&mut self, process: &Process, binding: &Binding) -> io::Result<()> {
        let policy = EgressPolicy::new(rules(binding), Arc::clone(&self.state.pins));
        let policy = Arc::new(policy);
        self.policy = Some(Arc::clone(&policy));
        match self.listener.take() {
            Some(Egress::Brokered(listener)) => {
                broker_connects(listener, process, policy, self.state.clone())
            }
            _ => Ok(()),
        }
    }

    /// A run begins.
    pub fn grant(&self, config: &PoolConfig) {
        self.state.budget.grant(config.connections_per_run);
        self.names.grant(config.names_per_run);
    }

    /// Begins to look up what the worker asks; [`Self::answered`] has the answer.
    pub fn ask(
        &mut self,
        question: u64,
        about: NameQuestion,
        supplies: &Arc<Supplies>,
    ) -> Result<(), &'static str> {
        let Some(policy) = self.policy.clone() else {
            return Err("a question before it was bound");
        };
        let state = self.state.clone();
        let at_once = usize::try_from(self.names.at_once).unwrap_or(usize::MAX);
        if self.questions.len() >= 2 * at_once {
            return Err("a flood of questions");
        }
        let may = self.questions.len() < at_once && self.names.take();
        let supplies = Arc::clone(supplies);
        self.questions.spawn(async move {
            let answer = if may {
                supplies.names.answer(&about, &policy, &state).await
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
        match entries.iter().find(|entry| entry.refusal().is_some()) {
            Some(entry) => Outcome::EgressDenied(entry.to_string()),
            None => outcome,
        }
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
