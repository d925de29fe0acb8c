use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, Outcome, Secret, TenantId,
};
use trickle_pool::Pool;

use crate::outside::random;

/// However busy the machine is, a neighbour's run has ended by then.
const LIMIT: Duration = Duration::from_secs(30);

/// Keeps its secrets where a script can: in its configuration, its memory and its arguments.
const SCRIPT: &str = "
function login(email, password, callback) {
  global.kept = (global.kept || []).concat(password).slice(-8);
  callback(null, {
    user_id: configuration.SECRET,
    touched: Object.keys(global).filter(function (name) { return /^attack/.test(name); }),
    polluted: ({}).attacked === undefined ? 0 : 1,
  });
}";

/// Another tenant on the same pool. It must go on being served, and what it knows must stay with it.
pub struct Neighbour {
    pool: Pool,
    binding: Arc<Binding>,
    pub secret: String,
    pub password: String,
    pub process: u32,
}

impl Neighbour {
    pub async fn move_in(pool: &Pool) -> Self {
        let secret = random();
        let binding = Binding {
            tenant: TenantId::from_text("neighbour"),
            connection: ConnectionId::from_text("neighbour"),
            revision: 1,
            node_version: NodeVersion::default(),
            scripts: BTreeMap::from([(Action::Login, SCRIPT.to_owned())]),
            configuration: BTreeMap::from([("SECRET".to_owned(), Secret::new(&secret))]),
            limits: Limits {
                wall: LIMIT,
                ..Limits::default()
            },
            allow_net: Vec::new(),
            public_net: true,
            only_net: None,
        };
        let mut neighbour = Self {
            pool: pool.clone(),
            binding: Arc::new(binding),
            secret,
            password: random(),
            process: 0,
        };
        let report = neighbour.run().await;
        neighbour.process = report.worker.unwrap();
        neighbour
    }

    async fn run(&self) -> ExecutionReport {
        let run = self.pool.execute(ExecutionRequest {
            id: ExecutionId::from_text("neighbour"),
            binding: Arc::clone(&self.binding),
            action: Action::Login,
            arguments: vec![json!("ann@example.org"), json!(self.password)],
            context: serde_json::Map::new(),
        });
        let report = tokio::time::timeout(LIMIT, run).await;
        report.expect("the supervisor answers a neighbour")
    }

    /// Logs in; tells what is wrong with the answer, else how long it took.
    pub async fn beat(&self) -> Result<Duration, String> {
        let began = Instant::now();
        let report = self.run().await;
        let expected = json!({"user_id": self.secret, "touched": [], "polluted": 0});
        match &report.outcome {
            Outcome::Profile(profile) if *profile.as_value() == expected => Ok(began.elapsed()),
            other => Err(format!("a neighbour's run ended as {other:?}")),
        }
    }
}
