use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, json};
use trickle_engine::Scrubber;
use trickle_jail::Namespaces;
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, Outcome, Secret, TenantId,
};
use trickle_pool::{Pool, PoolConfig};
use trickle_tests::{program, repository};

use crate::canaries::Canaries;
use crate::case::{Case, Part};
use crate::judge;
use crate::neighbour::Neighbour;
use crate::outside::{Environment, random};
use crate::server::Server;

/// However busy the machine is, every run has ended by then.
const LIMIT: Duration = Duration::from_mins(1);

/// A script of the attacker's that means well, and runs after the attack in the same connection.
const AFTERWARDS: &str = "
function get_user(email, callback) {
  setTimeout(function () {
    var list = [3, 1, 2].map(function (n) { return n * 2; }).sort();
    callback(null, { user_id: '1', email: email, list: list, at: new Date(0) });
  }, 1);
}";

/// What is attacked, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The shipped worker, with scripts.
    Shipped,
    /// The worker without the engine's walls, with the same scripts.
    LayersOff,
    /// The same, with programs made of system calls.
    RawCalls,
}

impl Subject {
    pub fn program(self) -> PathBuf {
        match self {
            Self::Shipped => program("trickle-worker", "TRICKLE_WORKER"),
            Self::LayersOff | Self::RawCalls => program("trickle-worker-raw", "TRICKLE_WORKER_RAW"),
        }
    }

    pub fn part(self, case: &Case) -> Option<&Part> {
        match self {
            Self::Shipped | Self::LayersOff => case.script.as_ref(),
            Self::RawCalls => case.raw.as_ref(),
        }
    }
}

/// What the attacker knows, and the log must not.
struct Own {
    password: String,
    key: String,
}

impl Own {
    fn make() -> Self {
        let (first, second) = (random(), random());
        Self {
            // Between its halves is what JSON, URLs and HTML spell otherwise.
            password: format!("{}\"ß\\ +%2f&<{}", &first[..16], &second[..16]),
            key: random().to_ascii_uppercase(),
        }
    }

    /// However it is spelled, none of these may be seen.
    fn halves(&self) -> [&str; 4] {
        let (password, key) = (&self.password, &self.key);
        [
            &password[..16],
            &password[password.len() - 16..],
            &key[..16],
            &key[16..],
        ]
    }
}

/// A pool with an attacker's connections and a neighbour's.
pub struct Stage {
    pub pool: Pool,
    pub neighbour: Neighbour,
    subject: Subject,
    own: Own,
    server: Server,
    environment: Environment,
}

impl Stage {
    pub async fn start(
        subject: Subject,
        namespaces: Namespaces,
        environment: &Environment,
    ) -> Self {
        let config = PoolConfig {
            spares: 3,
            queue_wait: LIMIT,
            // The neighbour's worker has to outlast all attacks.
            max_age: Duration::from_hours(24),
            namespaces,
            ..PoolConfig::new(subject.program(), repository().join("sandbox/node_modules"))
        };
        let pool = Pool::start(config).await.unwrap();
        Self {
            neighbour: Neighbour::move_in(&pool).await,
            pool,
            subject,
            own: Own::make(),
            server: Server::start().await,
            environment: environment.clone(),
        }
    }

    /// A connection of the attacker's own, for one attack.
    pub fn connection(&self, case: &Case, part: &Part, canaries: &Canaries) -> Arc<Binding> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = format!("{}-{}", case.name, NEXT.fetch_add(1, Ordering::Relaxed));
        let mut limits = Limits {
            wall: LIMIT,
            ..Limits::default()
        };
        case.limits.apply(&mut limits);
        let server = self.server.address;
        let places = canaries.places().into_iter().chain([
            ("SUPERVISOR".to_owned(), std::process::id().to_string()),
            ("NEIGHBOUR".to_owned(), self.neighbour.process.to_string()),
            ("MACHINE".to_owned(), own_address()),
            ("SERVER".to_owned(), server.port().to_string()),
            ("API_KEY".to_owned(), self.own.key.clone()),
        ]);
        Arc::new(Binding {
            tenant: TenantId::from_text(&name),
            connection: ConnectionId::from_text(&name),
            revision: 1,
            node_version: NodeVersion::default(),
            scripts: BTreeMap::from([
                (Action::Login, part.text.clone()),
                (Action::GetUser, AFTERWARDS.to_owned()),
            ]),
            configuration: places
                .map(|(key, value)| (key, Secret::new(value)))
                .collect(),
            limits,
            allow_net: case
                .server
                .then(|| server.to_string())
                .into_iter()
                .collect(),
            public_net: true,
            only_net: None,
        })
    }

    pub async fn run(&self, binding: &Arc<Binding>, action: Action) -> ExecutionReport {
        let arguments = match action {
            Action::Login => vec![json!("attacker@example.org"), json!(self.own.password)],
            _ => vec![json!("attacker@example.org")],
        };
        let request = ExecutionRequest {
            id: ExecutionId::from_text("attack"),
            binding: Arc::clone(binding),
            action,
            arguments,
            context: Map::new(),
        };
        let scrubber = Scrubber::of_request(&request);
        let run = self.pool.execute(request);
        let report = tokio::time::timeout(2 * LIMIT, run).await;
        let mut report = report.expect("the supervisor ends every run");
        scrubber.report(&mut report);
        report
    }

    /// Makes one attack and says what it achieved, or did not even try.
    pub async fn attack(&self, case: &Case) -> Vec<String> {
        let part = self.subject.part(case).expect("it is one of these attacks");
        let canaries = Canaries::lay_out();
        let binding = self.connection(case, part, &canaries);
        let report = self.run(&binding, Action::Login).await;
        let mut lines = self.leaks(&report, &canaries);
        if self.subject != Subject::LayersOff {
            lines.extend(judge::differs(part, &report));
        }
        lines.extend(self.afterwards(case, &binding).await);
        lines.extend(self.neighbour.beat().await.err());
        lines.extend(canaries.complaints());
        self.pool.retire(&binding.connection).await;
        lines
    }

    pub fn leaks(&self, report: &ExecutionReport, canaries: &Canaries) -> Vec<String> {
        let secrets = [
            ("a file", canaries.secret.as_str()),
            ("the supervisor's environment", &self.environment.secret),
            ("a neighbour's configuration", &self.neighbour.secret),
            ("a neighbour's password", &self.neighbour.password),
        ];
        let mut lines = judge::leaks(report, &secrets);
        lines.extend(judge::logged(report, &self.own.halves()));
        lines
    }

    /// The connection goes on, where it has harmed itself in another worker.
    async fn afterwards(&self, case: &Case, binding: &Arc<Binding>) -> Option<String> {
        let mut binding = Arc::clone(binding);
        if case.harms_itself {
            self.run(&binding, Action::GetUser).await;
            self.pool.retire(&binding.connection).await;
            // The next worker means well, and a busy machine may take its time with it.
            Arc::make_mut(&mut binding).limits.wall = LIMIT;
        }
        let report = self.run(&binding, Action::GetUser).await;
        let expected = json!({
            "user_id": "1",
            "email": "attacker@example.org",
            "list": [2, 4, 6],
            "at": "1970-01-01T00:00:00.000Z",
        });
        match &report.outcome {
            Outcome::Profile(profile) if *profile.as_value() == expected => None,
            other => Some(format!("    the next run ended as {other:?}")),
        }
    }

    /// Ends the pool, in which the neighbour's worker must still be.
    pub async fn finish(self) {
        let snapshot = self.pool.snapshot().await;
        let mut processes = snapshot.workers.iter().filter_map(|worker| worker.pid);
        assert!(
            processes.any(|process| process == self.neighbour.process),
            "the neighbour's worker is gone: {:?}",
            snapshot.ended
        );
        self.pool.shutdown(LIMIT).await;
    }
}

/// An address of this machine that is not loopback, where it has one.
fn own_address() -> String {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Documentation's network, RFC 5737; a datagram socket's `connect` sends nothing.
    match socket.connect("192.0.2.1:9") {
        Ok(()) => socket.local_addr().unwrap().ip().to_string(),
        Err(_) => "127.0.0.2".to_owned(),
    }
}
