//! Who gets which worker, and when.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use trickle_model::{ConnectionId, Outcome};
use trickle_pool::WorkerState;

use crate::binding::{binding, request};
use crate::stage::Stage;

fn number(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Done(Value::Number(pid)) => pid.as_u64().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn runs_interleave_in_one_worker_up_to_the_bound_and_then_in_a_second() {
    let stage = Stage::start(|config| config.runs_per_worker = 3).await;
    let connection = Arc::new(binding("t", "c", 1));
    let first: Vec<_> = (0..3).map(|_| stage.hold(&connection, "go")).collect();
    stage.until(|pool| pool.in_flight() == 3).await;
    assert_eq!(stage.pool.snapshot().await.count(WorkerState::Bound), 1);
    let fourth = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 4).await;
    assert_eq!(stage.pool.snapshot().await.count(WorkerState::Bound), 2);
    stage.release("go");
    let mut pids = Vec::new();
    for run in first {
        pids.push(number(&run.await.unwrap().outcome));
    }
    pids.dedup();
    assert_eq!(pids.len(), 1);
    assert_ne!(number(&fourth.await.unwrap().outcome), pids[0]);
    stage.finish().await;
}

#[tokio::test]
async fn a_thousand_runs_share_the_workers_of_their_connection() {
    let stage = Stage::start(|_| {}).await;
    let connection = Arc::new(binding("t", "c", 1));
    let runs: Vec<_> = (0..1000)
        .map(|n| stage.begin(&connection, json!(["echo", n])))
        .collect();
    for (n, run) in runs.into_iter().enumerate() {
        assert_eq!(run.await.unwrap().outcome, Outcome::Done(json!(n)));
    }
    let snapshot = stage.pool.snapshot().await;
    let bound = snapshot.count(WorkerState::Bound);
    assert!((1..=4).contains(&bound), "{snapshot:?}");
    assert_eq!(snapshot.workers.iter().map(|w| w.runs).sum::<u64>(), 1000);
    stage.finish().await;
}

#[tokio::test]
async fn a_full_queue_is_busy_at_once_and_a_long_wait_in_the_end() {
    let stage = Stage::start(|config| {
        config.workers_per_connection = 1;
        config.runs_per_worker = 1;
        config.queue_per_connection = 2;
        config.queue_wait = Duration::from_secs(3);
    })
    .await;
    let connection = Arc::new(binding("t", "c", 1));
    let held = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    let waiting = [1, 2].map(|n| stage.begin(&connection, json!(["echo", n])));
    stage.until(|pool| pool.queued == 2).await;
    let report = stage.run(json!(["echo", 3])).await;
    assert_eq!(report.outcome, Outcome::Busy);
    for run in waiting {
        let report = run.await.unwrap();
        assert_eq!(report.outcome, Outcome::Busy);
        assert!(report.timings.queue >= Duration::from_secs(3));
        assert_eq!(report.worker, None);
    }
    stage.release("go");
    number(&held.await.unwrap().outcome);
    stage.finish().await;
}

#[tokio::test]
async fn waiting_runs_follow_in_order() {
    let stage = Stage::start(|config| {
        config.workers_per_connection = 1;
        config.runs_per_worker = 1;
    })
    .await;
    let connection = Arc::new(binding("t", "c", 1));
    let held = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    let first = stage.hold(&connection, "first");
    stage.until(|pool| pool.queued == 1).await;
    let second = stage.begin(&connection, json!(["pid"]));
    stage.until(|pool| pool.queued == 2).await;
    stage.release("go");
    held.await.unwrap();
    stage
        .until(|pool| pool.queued == 1 && pool.in_flight() == 1)
        .await;
    assert!(!second.is_finished());
    stage.release("first");
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(number(&first.outcome), number(&second.outcome));
    assert!(second.timings.queue > Duration::ZERO);
    stage.finish().await;
}

#[tokio::test]
async fn connections_and_tenants_never_share_a_worker() {
    let stage = Stage::start(|_| {}).await;
    let mut pids = Vec::new();
    for (tenant, connection) in [("t", "c"), ("t", "d"), ("u", "c")] {
        let connection = Arc::new(binding(tenant, connection, 1));
        pids.push(number(
            &stage.run_on(&connection, json!(["pid"])).await.outcome,
        ));
    }
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 3);
    stage.finish().await;
}

#[tokio::test]
async fn a_later_revision_gets_a_new_worker_and_the_old_one_finishes() {
    let stage = Stage::start(|_| {}).await;
    let old = Arc::new(binding("t", "c", 1));
    let new = Arc::new(binding("t", "c", 2));
    let held = stage.hold(&old, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    let with_new = number(&stage.run_on(&new, json!(["pid"])).await.outcome);
    stage
        .until(|pool| pool.count(WorkerState::Retiring) == 1)
        .await;
    // One that still carries the old scripts neither gets the new worker nor ends it.
    let late = number(&stage.run_on(&old, json!(["pid"])).await.outcome);
    assert_ne!(late, with_new);
    assert_eq!(
        number(&stage.run_on(&new, json!(["pid"])).await.outcome),
        with_new
    );
    stage.release("go");
    assert_ne!(number(&held.await.unwrap().outcome), with_new);
    stage
        .until(|pool| pool.ended.get("retired") == Some(&2))
        .await;
    stage.finish().await;
}

#[tokio::test]
async fn a_retired_connection_loses_its_workers_after_their_runs() {
    let stage = Stage::start(|_| {}).await;
    let connection = Arc::new(binding("t", "c", 1));
    let other = Arc::new(binding("t", "d", 1));
    let stays = number(&stage.run_on(&other, json!(["pid"])).await.outcome);
    let held = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    stage.pool.retire(&ConnectionId::from_text("c")).await;
    assert_eq!(stage.pool.snapshot().await.count(WorkerState::Retiring), 1);
    stage.release("go");
    let went = number(&held.await.unwrap().outcome);
    stage.until_ended("retired").await;
    assert_ne!(
        number(&stage.run_on(&connection, json!(["pid"])).await.outcome),
        went
    );
    assert_eq!(
        number(&stage.run_on(&other, json!(["pid"])).await.outcome),
        stays
    );
    stage.finish().await;
}

#[tokio::test]
async fn one_tenant_gets_half_of_the_workers() {
    let stage = Stage::start(|config| {
        config.max_workers = 4;
        config.runs_per_worker = 1;
    })
    .await;
    let greedy = Arc::new(binding("greedy", "c", 1));
    let held: Vec<_> = (0..5).map(|_| stage.hold(&greedy, "go")).collect();
    stage
        .until(|pool| pool.in_flight() == 2 && pool.queued == 3)
        .await;
    let modest = Arc::new(binding("modest", "c", 1));
    number(&stage.run_on(&modest, json!(["pid"])).await.outcome);
    assert_eq!(stage.pool.snapshot().await.queued, 3);
    stage.release("go");
    for run in held {
        number(&run.await.unwrap().outcome);
    }
    stage.finish().await;
}

/// A script can make its worker retire, and then keep it busy.
#[tokio::test]
async fn workers_that_retire_count_for_their_tenant() {
    let stage = Stage::start(|config| {
        config.max_workers = 4;
        config.runs_per_worker = 2;
        config.max_runs = 1;
    })
    .await;
    let greedy = Arc::new(binding("greedy", "c", 1));
    let mut held = Vec::new();
    for retiring in 1..=3 {
        held.push(stage.hold(&greedy, "go"));
        stage.until(|pool| pool.in_flight() == retiring).await;
        number(&stage.run_on(&greedy, json!(["pid"])).await.outcome);
        stage
            .until(|pool| pool.count(WorkerState::Retiring) == retiring)
            .await;
    }
    held.push(stage.hold(&greedy, "go"));
    stage.until(|pool| pool.queued == 1).await;
    let modest = Arc::new(binding("modest", "c", 1));
    number(&stage.run_on(&modest, json!(["pid"])).await.outcome);
    assert_eq!(stage.pool.snapshot().await.queued, 1);
    stage.release("go");
    for run in held {
        number(&run.await.unwrap().outcome);
    }
    stage.finish().await;
}

#[tokio::test]
async fn in_a_full_pool_the_idlest_worker_makes_room() {
    let stage = Stage::start(|config| config.max_workers = 4).await;
    for connection in ["a", "b", "c", "d", "e", "f"] {
        for tenant in ["t", "u"] {
            let connection = Arc::new(binding(tenant, connection, 1));
            number(&stage.run_on(&connection, json!(["pid"])).await.outcome);
        }
        assert!(stage.pool.snapshot().await.workers.len() <= 4);
    }
    stage.finish().await;
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_end_a_run_that_has_begun() {
    let stage = Stage::start(|config| {
        config.workers_per_connection = 1;
        config.runs_per_worker = 1;
    })
    .await;
    let connection = Arc::new(binding("t", "c", 1));
    let begun = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    begun.abort();
    assert!(begun.await.unwrap_err().is_cancelled());
    let waiting = stage.begin(&connection, json!(["exit", 0]));
    stage.until(|pool| pool.queued == 1).await;
    // One that has not begun is forgotten, so nothing exits.
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(stage.pool.snapshot().await.in_flight(), 1);
    stage.release("go");
    stage.until(|pool| pool.in_flight() == 0).await;
    stage.assert_serves().await;
    assert!(!stage.pool.snapshot().await.ended.contains_key("exited"));
    stage.finish().await;
}

#[tokio::test]
async fn boot_and_queue_time_are_told_apart() {
    let stage = Stage::start(|config| config.spares = 1).await;
    stage.until(|pool| pool.spares() == 1).await;
    let warm = stage.run(json!(["echo", 1])).await.timings;
    assert_eq!(warm.boot, Duration::ZERO);
    assert!(warm.script > Duration::ZERO);
    // Both spares are gone before any of these is told to boot, so some had to wait for one.
    let cold: Vec<_> = (0..6)
        .map(|n| {
            let connection = Arc::new(binding("t", &format!("c{n}"), 1));
            stage.begin(&connection, json!(["echo", 1]))
        })
        .collect();
    let mut booted = Vec::new();
    for run in cold {
        booted.push(run.await.unwrap().timings.boot);
    }
    assert!(booted.iter().any(|boot| !boot.is_zero()), "{booted:?}");
    stage.finish().await;
}

#[tokio::test]
async fn a_pool_that_has_ended_is_busy() {
    let stage = Stage::start(|_| {}).await;
    let pool = stage.pool.clone();
    stage.finish().await;
    let connection = Arc::new(binding("t", "c", 1));
    let report = pool.execute(request(&connection, json!(["pid"]))).await;
    assert_eq!(report.outcome, Outcome::Busy);
    pool.retire(&ConnectionId::from_text("c")).await;
    assert!(pool.snapshot().await.workers.is_empty());
    pool.shutdown(Duration::ZERO).await;
}
