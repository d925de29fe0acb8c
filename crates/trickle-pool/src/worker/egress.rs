use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use trickle_jail::{Broker, Egress, EgressPolicy, EgressRule, NameServers, Process};
use trickle_model::{Binding, Outcome};

/// Who makes a worker's connections.
pub(super) enum Connections {
    /// Nobody yet: a worker without a connection has nowhere to go.
    Waiting(Egress),
    Brokered(Broker),
    /// The kernel cannot, or nobody does any more.
    Unbrokered,
}

impl Connections {
    /// Opens what the connection's rules allow.
    ///
    /// A rule that cannot be read opens nothing, so the script meets the refusal and its author learns of the address.
    pub fn open(
        self,
        process: &Process,
        binding: &Binding,
        name_servers: &NameServers,
    ) -> io::Result<Self> {
        let Self::Waiting(Egress::Brokered(listener)) = self else {
            return Ok(Self::Unbrokered);
        };
        let rules = binding.allow_net.iter().filter_map(|text| {
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
        });
        let policy = EgressPolicy::new(rules.collect(), name_servers.clone());
        Broker::start(listener, process.pidfd(), Arc::new(policy)).map(Self::Brokered)
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
        let Self::Brokered(broker) = self else {
            return outcome;
        };
        if !explicable {
            return outcome;
        }
        match broker.log().refusals_since(start).first() {
            Some(entry) => {
                let (ip, port) = (entry.address.ip().to_canonical(), entry.address.port());
                Outcome::EgressDenied(SocketAddr::new(ip, port).to_string())
            }
            None => outcome,
        }
    }
}
