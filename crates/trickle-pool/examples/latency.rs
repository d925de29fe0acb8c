//! What the pool and the worker add to a script: times trivial runs in a warm worker, one after another and eight at a time.
//!
//! `cargo run --release -p trickle-pool --example latency -- WORKER MODULES_DIR`

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Map, json};
use tokio::task::JoinSet;
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionRequest, Limits, NodeVersion, TenantId,
};
use trickle_pool::{Pool, PoolConfig};

const WARM_UP: usize = 2_000;
const RUNS: usize = 20_000;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, worker, modules_dir] = args.as_slice() else {
        panic!("give the worker program and the modules folder");
    };
    let mut config = PoolConfig::new(worker, modules_dir);
    config.max_runs = u64::MAX;
    let pool = Pool::start(config).await.expect("the pool starts");
    let script = "function login(email, password, callback) { callback(null, { user_id: '1', email: email }); }";
    let request = ExecutionRequest {
        id: ExecutionId::from_text("latency"),
        binding: Arc::new(Binding {
            tenant: TenantId::from_text("t"),
            connection: ConnectionId::from_text("c"),
            revision: 1,
            scripts: BTreeMap::from([(Action::Login, script.to_owned())]),
            configuration: BTreeMap::new(),
            node_version: NodeVersion::default(),
            limits: Limits::default(),
            allow_net: Vec::new(),
            public_net: true,
            only_net: None,
        }),
        action: Action::Login,
        arguments: vec![json!("ann@example.org"), json!("password")],
        context: Map::new(),
    };
    println!("cold:       {:?}", measure(&pool, &request).await);
    for at_a_time in [1, 8] {
        run(&pool, &request, WARM_UP, at_a_time).await;
        let began = Instant::now();
        let times = run(&pool, &request, RUNS, at_a_time).await;
        let rate = f64::from(u32::try_from(RUNS).expect("small")) / began.elapsed().as_secs_f64();
        let at = |quantile| Duration::from_nanos(times.value_at_quantile(quantile));
        println!(
            "{at_a_time} at a time: p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?}, {rate:.0}/s",
            at(0.5),
            at(0.99),
            at(0.999),
            at(1.0)
        );
    }
    pool.shutdown(Duration::from_secs(5)).await;
}

async fn measure(pool: &Pool, request: &ExecutionRequest) -> Duration {
    let began = Instant::now();
    let report = pool.execute(request.clone()).await;
    assert_eq!(report.outcome.name(), "profile", "{}", report.outcome);
    began.elapsed()
}

async fn run(
    pool: &Pool,
    request: &ExecutionRequest,
    runs: usize,
    at_a_time: usize,
) -> Histogram<u64> {
    let mut callers = JoinSet::new();
    for _ in 0..at_a_time {
        let (pool, request) = (pool.clone(), request.clone());
        callers.spawn(async move {
            let mut times = Histogram::<u64>::new(3).expect("three digits");
            for _ in 0..runs / at_a_time {
                let time = measure(&pool, &request).await.as_nanos();
                times += u64::try_from(time).expect("less than centuries");
            }
            times
        });
    }
    let all = callers.join_all().await;
    all.into_iter().reduce(|a, b| a + b).expect("some callers")
}
