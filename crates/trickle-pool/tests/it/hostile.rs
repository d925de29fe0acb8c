//! What a worker can do wrong, and what becomes of the run, the worker and the pool.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use trickle_model::{Binding, LimitBreach, LimitKind, Limits, Outcome};
use trickle_pool::{BootError, Pool, PoolSnapshot, StartError};

use crate::binding::binding;
use crate::stage::{LIMIT, Stage, assert_left_nothing, config};

/// Does that to a run, expects the outcome and the way in which the worker ends, then a pool that serves on and leaves nothing.
async fn check(behaviour: Value, outcome: Outcome, way: &str) {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(behaviour).await;
    assert_eq!(report.outcome, outcome);
    assert!(report.worker.is_some());
    stage.until_ended(way).await;
    stage.assert_serves().await;
    stage.finish().await;
}

async fn check_broken(behaviour: &str, way: &str) {
    let outcome = Outcome::Crashed("the worker broke the protocol".into());
    check(json!([behaviour]), outcome, way).await;
}

fn crashed(how: &str) -> Outcome {
    Outcome::Crashed(how.into())
}

#[tokio::test]
async fn garbage() {
    check_broken("garbage", "bad_frame").await;
}

#[tokio::test]
async fn broken_json() {
    check_broken("broken_json", "bad_frame").await;
}

#[tokio::test]
async fn a_frame_of_a_gibibyte() {
    check_broken("huge_frame", "bad_frame").await;
}

#[tokio::test]
async fn a_field_that_does_not_exist() {
    check_broken("unknown_field", "bad_frame").await;
}

#[tokio::test]
async fn a_wrong_token() {
    check_broken("wrong_token", "bad_message").await;
}

#[tokio::test]
async fn an_answer_to_a_run_that_does_not_exist() {
    check_broken("unknown_run", "bad_message").await;
}

#[tokio::test]
async fn the_end_of_a_run_that_did_not_answer() {
    check_broken("settle_first", "bad_message").await;
}

#[tokio::test]
async fn a_second_ready() {
    check_broken("second_ready", "bad_message").await;
}

#[tokio::test]
async fn a_second_bound() {
    check_broken("second_bound", "bad_message").await;
}

#[tokio::test]
async fn words_for_a_debugger_that_nobody_let_in() {
    check_broken("inspected", "bad_message").await;
}

#[tokio::test]
async fn a_flood_of_console_lines() {
    check_broken("flood_console", "bad_message").await;
}

#[tokio::test]
async fn a_few_endless_messages() {
    check_broken("flood_with_names_of_packages", "bad_message").await;
}

#[tokio::test]
async fn a_closed_socket() {
    check_broken("close", "closed_socket").await;
}

#[tokio::test]
async fn the_first_of_two_answers_counts_and_the_second_ends_the_worker() {
    check(
        json!(["two_answers"]),
        Outcome::Done(json!(1)),
        "bad_message",
    )
    .await;
}

#[tokio::test]
async fn an_exit() {
    let how = crashed("the script ended its process (exit code 0)");
    check(json!(["exit", 0]), how, "exited").await;
}

#[tokio::test]
async fn an_answer_counts_although_the_process_ends_behind_it() {
    check(
        json!(["answer_and_exit"]),
        Outcome::Done(json!(1)),
        "exited",
    )
    .await;
}

#[tokio::test]
async fn an_abort() {
    check(json!(["abort"]), crashed("signal 6, SIGABRT"), "signalled").await;
}

#[tokio::test]
async fn a_panic_is_quoted_without_its_message() {
    let stage = Stage::start(|_| {}).await;
    let Outcome::Crashed(how) = stage.run(json!(["panic"])).await.outcome else {
        panic!("it crashed");
    };
    assert!(how.contains("panicked at"), "{how}");
    assert!(!how.contains("secret"), "{how}");
    stage.finish().await;
}

#[tokio::test]
async fn a_full_heap_with_notice() {
    let outcome = Outcome::TooMuchMemory(LimitBreach {
        kind: LimitKind::Heap,
        limit: Limits::default().heap_bytes as u64,
        used: Some(77),
    });
    check(json!(["heap_limit"]), outcome, "heap_limit").await;
}

#[tokio::test]
async fn a_full_heap_in_the_words_of_the_engine() {
    let outcome = Outcome::TooMuchMemory(LimitBreach {
        kind: LimitKind::Heap,
        limit: Limits::default().heap_bytes as u64,
        used: None,
    });
    check(json!(["heap_words"]), outcome, "heap_limit").await;
}

#[tokio::test]
async fn a_flood_on_standard_error_is_read_away() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["flood_stderr"])).await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn a_run_beyond_its_wall_time_ends_the_others_too() {
    let stage = Stage::start(|_| {}).await;
    let mut binding = binding("t", "c", 1);
    binding.limits.wall = Duration::from_secs(5);
    let binding = Arc::new(binding);
    let slow = stage.hold(&binding, "never");
    stage.until(|pool| pool.in_flight() == 1).await;
    let younger = Duration::from_secs(1);
    let age = move |pool: &PoolSnapshot| pool.workers.iter().map(|worker| worker.age).max();
    let then = age(&stage.pool.snapshot().await).unwrap() + younger;
    stage.until(|pool| age(pool).unwrap() > then).await;
    let other = stage.hold(&binding, "never");

    let Outcome::TooSlow(breach) = slow.await.unwrap().outcome else {
        panic!("it is too slow");
    };
    assert_eq!((breach.kind, breach.limit), (LimitKind::Wall, 5000));
    assert!(breach.used.unwrap() >= 5000);
    let how = "another run of this connection was over its wall time limit";
    assert_eq!(other.await.unwrap().outcome, crashed(how));
    stage.until_ended("wall_limit").await;
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn a_worker_that_reads_nothing() {
    let stage = Stage::start(|config| config.runs_per_worker = 2).await;
    let mut binding = binding("t", "c", 1);
    binding.limits.wall = Duration::from_secs(2);
    let binding = Arc::new(binding);
    let deaf = stage.begin(&binding, json!(["deaf"]));
    stage.until(|pool| pool.in_flight() == 1).await;
    // More than a socket buffer holds.
    let unread = stage.begin(&binding, json!(["echo", "x".repeat(4 << 20)]));
    assert_eq!(deaf.await.unwrap().outcome.name(), "too_slow");
    let name = unread.await.unwrap().outcome.name();
    assert!(["crashed", "too_slow"].contains(&name), "{name}");
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn arguments_that_no_frame_holds() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["echo", "x".repeat(9 << 20)])).await;
    assert_eq!(report.outcome.name(), "bad_answer");
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn a_run_that_never_settles() {
    let stage = Stage::start(|_| {}).await;
    let mut binding = binding("t", "c", 1);
    binding.limits.grace = Duration::from_millis(10);
    let report = stage
        .run_on(&Arc::new(binding), json!(["never_settle"]))
        .await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.until_ended("stuck").await;
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn console_lines_are_counted_and_cut() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["print", 300])).await;
    assert_eq!(report.console.len(), 256);
    assert_eq!(report.console_dropped, 44);
    assert!(report.console.iter().all(|line| line.text.len() == 4096));
    assert_eq!(report.modules[0].resolved, "pg@8.16.3");
    stage.finish().await;
}

#[tokio::test]
async fn an_answer_beyond_its_limit() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["long_answer", 2 << 20])).await;
    let outcome = Outcome::OverLimit(LimitBreach {
        kind: LimitKind::Answer,
        limit: 1 << 20,
        used: Some((2 << 20) + 2),
    });
    assert_eq!(report.outcome, outcome);
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn nothing_as_an_answer() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["answer_nothing"])).await;
    assert_eq!(report.outcome, Outcome::DidNotAnswer);
    stage.finish().await;
}

#[tokio::test]
async fn a_refused_connection_is_named_and_an_allowed_one_is_made() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["connect", address])).await;
    assert_eq!(report.outcome, Outcome::EgressDenied(address.clone()));

    let mut open = binding("t", "open", 1);
    open.allow_net = vec!["no rule at all!".into(), address.clone()];
    let report = stage
        .run_on(&Arc::new(open), json!(["connect", address]))
        .await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.finish().await;
}

#[tokio::test]
async fn a_name_is_told_where_a_rule_opens_it_and_pinned() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let connect = json!(["connect", format!("127.0.0.1:{port}")]);
    let stage = Stage::start(|_| {}).await;
    let mut binding = binding("t", "c", 1);
    binding.allow_net = vec![format!("localhost:{port}")];
    let binding = Arc::new(binding);
    // The address was not asked for by that name.
    let report = stage.run_on(&binding, connect.clone()).await;
    assert_eq!(report.outcome.name(), "egress_denied");

    let report = stage.run_on(&binding, json!(["ask", "LocalHost."])).await;
    let told = json!({"addresses": ["127.0.0.1"]});
    assert_eq!(report.outcome, Outcome::Done(told));
    let report = stage.run_on(&binding, connect).await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    let line = report.egress.last().unwrap();
    assert_eq!(line.name.as_deref(), Some("localhost"));
    assert_eq!(line.decision, "allowed");
    stage.finish().await;
}

#[tokio::test]
async fn a_name_of_a_private_address_is_refused() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["ask", "localhost"])).await;
    assert_eq!(report.outcome, Outcome::Done(json!({"nothing": "refused"})));
    let decisions: Vec<_> = report
        .egress
        .iter()
        .map(|line| line.decision.as_str())
        .collect();
    assert_eq!(decisions, ["allowed", "private"]);
    assert_eq!(report.egress[1].target, "localhost");
    stage.finish().await;
}

fn over(kind: LimitKind, limit: u64, used: u64) -> Outcome {
    Outcome::OverLimit(LimitBreach {
        kind,
        limit,
        used: Some(used),
    })
}

#[tokio::test]
async fn names_are_counted() {
    let stage = Stage::start(|_| {}).await;
    let mut binding = binding("t", "c", 1);
    binding.limits.dns_queries = 0;
    let binding = Arc::new(binding);
    let ask = json!(["ask", "example.com"]);
    let report = stage.run_on(&binding, ask).await;
    assert_eq!(report.outcome, Outcome::Done(json!({"nothing": "refused"})));
    assert_eq!(report.egress[0].decision, "too_many_names");
    // Who gets by without keeps the answer and loses the worker.
    stage.until_ended("dns_limit").await;
    stage.assert_serves().await;
    stage.finish().await;
}

/// A connection to one port of this machine, with these limits.
fn connecting(address: &str, connects: u32, sockets: u32) -> Arc<Binding> {
    let mut binding = binding("t", "c", 1);
    binding.allow_net = vec![address.to_owned()];
    binding.limits.connects = connects;
    binding.limits.sockets = sockets;
    Arc::new(binding)
}

#[tokio::test]
async fn connections_are_counted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let stage = Stage::start(|_| {}).await;
    let binding = connecting(&address, 1, 100);
    for _ in 0..2 {
        // What one run leaves is not saved up for the next, nor is what it took.
        let report = stage.run_on(&binding, json!(["connect", address])).await;
        assert_eq!(report.outcome, Outcome::Done(json!(1)));
        assert_eq!(report.egress[0].decision, "allowed");
    }
    let two = json!(["connect_twice", address]);
    let report = stage.run_on(&binding, two).await;
    assert_eq!(report.outcome, over(LimitKind::Connects, 1, 2));
    assert_eq!(report.egress[1].decision, "too_many");
    stage.until_ended("connect_limit").await;
    let report = stage.run_on(&binding, json!(["connect", address])).await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.finish().await;
}

#[tokio::test]
async fn open_connections_are_counted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let stage = Stage::start(|_| {}).await;
    let binding = connecting(&address, 100, 3);
    let report = stage
        .run_on(&binding, json!(["connect_kept", address, 3]))
        .await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    let report = stage
        .run_on(&binding, json!(["connect_kept", address, 1]))
        .await;
    assert_eq!(report.outcome, over(LimitKind::Sockets, 3, 4));
    assert_eq!(report.egress[0].decision, "too_many_at_once");
    stage.until_ended("socket_limit").await;
    let report = stage
        .run_on(&binding, json!(["connect_kept", address, 3]))
        .await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.finish().await;
}

#[tokio::test]
async fn a_flood_of_questions_ends_the_worker() {
    let stage = Stage::start(|_| {}).await;
    let report = stage.run(json!(["flood_questions"])).await;
    let limit = Limits::default().dns_queries;
    let flood = over(LimitKind::DnsQueries, limit.into(), u64::from(limit) + 257);
    assert_eq!(report.outcome, flood);
    stage.until_ended("dns_limit").await;
    stage.assert_serves().await;
    stage.finish().await;
}

#[tokio::test]
async fn a_question_before_it_was_bound() {
    let stage = Stage::start(|_| {}).await;
    stage.let_boot("ask_early");
    stage.assert_serves().await;
    stage.until_ended("bad_message").await;
    stage.finish().await;
}

#[tokio::test]
async fn a_refusal_explains_why_a_run_hangs() {
    let stage = Stage::start(|_| {}).await;
    let mut binding = binding("t", "c", 1);
    binding.limits.wall = Duration::from_secs(5);
    let report = stage
        .run_on(
            &Arc::new(binding),
            json!(["connect_and_hang", "127.0.0.1:9"]),
        )
        .await;
    assert_eq!(report.outcome, Outcome::EgressDenied("127.0.0.1:9".into()));
    stage.finish().await;
}

#[tokio::test]
async fn leaked_descriptors_retire_the_worker() {
    let stage = Stage::start(|_| {}).await;
    for _ in 0..15 {
        stage.assert_serves().await;
    }
    let report = stage.run(json!(["leak"])).await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.until_ended("descriptors").await;
    stage.assert_serves().await;
    stage.finish().await;
}

/// How a pool fails whose very first worker boots so.
async fn start_error(boot: &str, limit: Duration) -> StartError {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("boot"), boot).unwrap();
    let mut config = config(&dir);
    config.boot_limit = limit;
    let error = Pool::start(config).await.unwrap_err();
    assert_left_nothing(dir.path()).await;
    error
}

#[tokio::test]
async fn a_worker_that_cannot_boot_stops_the_start() {
    for (boot, text) in [
        (
            "exit",
            "keep the worker alive until it is ready: exit code 3; it said: the engine is missing\u{fffd}",
        ),
        (
            "version",
            "use a worker of protocol version 99; this program speaks version 4, install both from one release",
        ),
        (
            "bound_first",
            "hear that the worker is ready: it sent another message first",
        ),
        ("garbage", "understand the worker's first message"),
        ("close", "understand the worker's first message"),
    ] {
        let StartError::Boot { source, .. } = start_error(boot, LIMIT).await else {
            panic!("{boot}");
        };
        assert_eq!(source.to_string(), text, "{boot}");
    }
    for boot in ["never", "no_hand_over"] {
        let error = start_error(boot, Duration::from_millis(200)).await;
        let StartError::Boot { source, .. } = error else {
            panic!("{error}");
        };
        assert!(matches!(source, BootError::TooSlow { .. }));
    }
}

#[tokio::test]
async fn a_missing_program_or_folder_is_named() {
    let dir = TempDir::new().unwrap();
    let mut without_program = config(&dir);
    without_program.worker = dir.path().join("trickle-worker");
    let error = Pool::start(without_program.clone()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("trickle-worker; build or install")
    );
    without_program.worker = dir.path().to_owned();
    let error = Pool::start(without_program).await.unwrap_err();
    assert!(matches!(error, StartError::NotExecutable { .. }));

    let mut without_modules = config(&dir);
    without_modules.modules_dir = dir.path().join("node_modules");
    let error = Pool::start(without_modules).await.unwrap_err();
    assert!(matches!(error, StartError::Modules { .. }));
}

#[tokio::test]
async fn boots_that_fail_later_are_told_to_those_who_wait() {
    let stage = Stage::start(|config| {
        config.workers_per_connection = 1;
        config.queue_wait = Duration::from_secs(1);
    })
    .await;
    stage.until(|pool| pool.spares() == 1).await;
    stage.let_boot("exit");
    stage.assert_serves().await;
    stage.until_ended("boot_failed").await;
    let other = Arc::new(binding("t", "other", 1));
    let report = stage.run_on(&other, json!(["echo", 1])).await;
    let Outcome::Crashed(how) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert!(how.contains("no worker can be started"), "{how}");
    assert_eq!(report.worker, None);
    // The one that runs is not disturbed, and the pool recovers by itself.
    stage.assert_serves().await;
    stage.let_boot("");
    stage.until(|pool| pool.spares() == 1).await;
    let report = stage.run_on(&other, json!(["echo", 1])).await;
    assert_eq!(report.outcome, Outcome::Done(json!(1)));
    stage.finish().await;
}
