//! When workers and the pool end.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use trickle_model::Outcome;
use trickle_pool::{Pool, WorkerState};
use trickle_testkit::{wait_for, wait_for_async};

use crate::binding::binding;
use crate::stage::{LIMIT, Stage, kill, processes_of};

#[tokio::test]
async fn an_idle_worker_ends() {
    let stage = Stage::start(|config| config.idle = Duration::from_millis(200)).await;
    stage.assert_serves().await;
    stage.until_ended("idle").await;
    // Spares stay: they have no connection that could leave them idle.
    stage.until(|pool| pool.spares() == 1).await;
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn spares_that_a_storm_leaves_behind_end() {
    let stage = Stage::start(|config| {
        config.idle = Duration::from_secs(2);
        config.runs_per_worker = 1;
    })
    .await;
    stage.let_boot("slowly");
    let connection = Arc::new(binding("t", "c", 1));
    let runs = [1, 2, 3, 4].map(|n| stage.begin(&connection, json!(["echo", n])));
    for run in runs {
        run.await.unwrap();
    }
    stage.until(|pool| pool.spares() > 1).await;
    stage.until(|pool| pool.workers.len() == 1).await;
    stage.until(|pool| pool.spares() == 1).await;
    stage.finish().await;
}

#[tokio::test]
async fn an_old_worker_ends_after_its_runs() {
    let stage = Stage::start(|config| config.max_age = Duration::from_millis(200)).await;
    let connection = Arc::new(binding("t", "c", 1));
    let held = stage.hold(&connection, "go");
    stage
        .until(|pool| pool.count(WorkerState::Retiring) == 1)
        .await;
    let meanwhile = stage.run(json!(["pid"])).await;
    stage.release("go");
    let held = held.await.unwrap();
    assert_ne!(held.outcome, meanwhile.outcome);
    stage.until_ended("aged").await;
    stage.finish().await;
}

#[tokio::test]
async fn a_worn_worker_ends() {
    let stage = Stage::start(|config| config.max_runs = 3).await;
    let mut pids = Vec::new();
    for _ in 0..6 {
        pids.push(stage.run(json!(["pid"])).await.worker.unwrap());
    }
    assert_eq!(pids[0], pids[2]);
    assert_ne!(pids[2], pids[3]);
    assert_eq!(pids[3], pids[5]);
    stage.until(|pool| pool.ended.get("worn") == Some(&2)).await;
    stage.finish().await;
}

#[tokio::test]
async fn spares_are_replaced_however_they_end() {
    let stage = Stage::start(|config| config.spares = 2).await;
    stage.until(|pool| pool.spares() == 2).await;
    for worker in stage.pool.snapshot().await.workers {
        kill(worker.pid.unwrap());
    }
    stage
        .until(|pool| pool.ended.get("signalled") == Some(&2))
        .await;
    stage.until(|pool| pool.spares() == 2).await;
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn a_worker_killed_from_outside_takes_only_its_runs_with_it() {
    let stage = Stage::start(|_| {}).await;
    let connection = Arc::new(binding("t", "c", 1));
    let other = Arc::new(binding("t", "other", 1));
    let safe = stage.hold(&other, "go");
    let lost: Vec<_> = (0..3).map(|_| stage.hold(&connection, "go")).collect();
    stage.until(|pool| pool.in_flight() == 4).await;
    let snapshot = stage.pool.snapshot().await;
    let victim = snapshot.workers.iter().find(|worker| worker.in_flight == 3);
    kill(victim.unwrap().pid.unwrap());
    for run in lost {
        let outcome = run.await.unwrap().outcome;
        assert_eq!(outcome, Outcome::Crashed("signal 9, SIGKILL".into()));
    }
    stage.release("go");
    assert_eq!(safe.await.unwrap().outcome.name(), "done");
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn shutdown_lets_runs_finish_and_refuses_new_ones() {
    let stage = Stage::start(|config| {
        config.workers_per_connection = 1;
        config.runs_per_worker = 1;
    })
    .await;
    let connection = Arc::new(binding("t", "c", 1));
    let begun = stage.hold(&connection, "go");
    stage.until(|pool| pool.in_flight() == 1).await;
    let waiting = stage.begin(&connection, json!(["pid"]));
    stage.until(|pool| pool.queued == 1).await;
    let shutdown = tokio::spawn(stage.pool.clone().shutdown(LIMIT));
    assert_eq!(waiting.await.unwrap().outcome, Outcome::Busy);
    assert_eq!(stage.run(json!(["pid"])).await.outcome, Outcome::Busy);
    stage.until(|pool| pool.workers.len() == 1).await;
    stage.release("go");
    assert_eq!(begun.await.unwrap().outcome.name(), "done");
    shutdown.await.unwrap();
    stage.assert_left_nothing().await;
}

#[tokio::test]
async fn shutdown_kills_what_does_not_finish() {
    let stage = Stage::start(|_| {}).await;
    let connection = Arc::new(binding("t", "c", 1));
    let begun = stage.hold(&connection, "never");
    stage.until(|pool| pool.in_flight() == 1).await;
    stage
        .pool
        .clone()
        .shutdown(Duration::from_millis(100))
        .await;
    stage.assert_left_nothing().await;
    let outcome = begun.await.unwrap().outcome;
    let how = "the server is shutting down";
    assert_eq!(outcome, Outcome::Crashed(how.into()));
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_worker_that_boots() {
    let stage = Stage::start(|_| {}).await;
    stage.let_boot("never");
    stage.assert_serves().await;
    stage
        .until(|pool| pool.count(WorkerState::Booting) == 1)
        .await;
    stage.finish().await;
}

#[tokio::test]
async fn without_a_handle_nothing_is_left() {
    let stage = Stage::start(|_| {}).await;
    let connection = Arc::new(binding("t", "c", 1));
    let begun = stage.hold(&connection, "never");
    stage.until(|pool| pool.in_flight() == 1).await;
    begun.abort();
    assert!(begun.await.unwrap_err().is_cancelled());
    let dir = stage.into_dir();
    wait_for_async(LIMIT, async || processes_of(dir.path()).is_empty()).await;
}

#[test]
fn without_a_runtime_nothing_is_left() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(async {
        let stage = Stage::start(|_| {}).await;
        stage.assert_serves().await;
        stage
    });
    drop(runtime);
    // A worker that was about to boot is ended by the launcher's thread, for which nobody waits.
    wait_for(LIMIT, || stage.processes().is_empty());
}

#[test]
fn a_handle_is_cheap_to_share() {
    fn shareable<T: Clone + Send + Sync + 'static>() {}
    shareable::<Pool>();
}
