//! Limits of runs and workers, each reached by a script: the outcome names it, the worker ends, and the next run is unaffected.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use trickle_model::{LimitBreach, LimitKind, Outcome};

use crate::real::{Real, bad, check, scripted};

/// Collecting garbage costs CPU time too, and more of it when the heap is nearly full.
const COLLECTING: Duration = Duration::from_secs(15);

/// Of a loop that another limit ends, also when a busy machine is late with it.
const NOT_REACHED: Duration = Duration::from_mins(1);

async fn check_memory(body: &str) {
    let mut binding = bad(body);
    binding.limits.cpu = COLLECTING;
    let report = check(binding, "heap_limit").await;
    let Outcome::TooMuchMemory(breach) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!(breach.kind, LimitKind::Heap);
}

#[tokio::test]
async fn a_heap_full_of_strings() {
    check_memory("const all = []; for (let i = 0; ; i++) all.push('x' + i);").await;
}

#[tokio::test]
async fn a_heap_full_of_objects() {
    check_memory("let all = null; for (;;) all = { all };").await;
}

#[tokio::test]
async fn a_heap_full_at_once() {
    check_memory("const all = []; for (;;) all.push(new Array(1e6).fill(all));").await;
}

async fn check_wall(body: &str) {
    let mut binding = bad(body);
    binding.limits.wall = Duration::from_secs(2);
    let report = check(binding, "wall_limit").await;
    let Outcome::TooSlow(breach) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!((breach.kind, breach.limit), (LimitKind::Wall, 2000));
    assert!(breach.used >= Some(2000));
}

async fn check_cpu(body: &str) -> u64 {
    let mut binding = bad(body);
    binding.limits.cpu = Duration::from_millis(500);
    let report = check(binding, "cpu_limit").await;
    let Outcome::TooMuchCpu(breach) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!((breach.kind, breach.limit), (LimitKind::Cpu, 500));
    breach.used.unwrap()
}

#[tokio::test]
async fn an_endless_loop() {
    let used = check_cpu("for (;;) {}").await;
    assert!(used >= 500);
}

#[tokio::test]
async fn an_endless_loop_after_a_wait() {
    check_cpu("setTimeout(() => { for (;;) {} }, 20);").await;
}

#[tokio::test]
async fn endless_microtasks() {
    check_cpu("(function again() { Promise.resolve().then(again); })();").await;
}

#[tokio::test]
async fn endless_next_ticks() {
    check_cpu("(function again() { process.nextTick(again); })();").await;
}

#[tokio::test]
async fn a_loop_in_another_context() {
    check_cpu("require('vm').runInNewContext('for (;;) {}');").await;
}

#[tokio::test]
async fn a_regular_expression_without_an_end() {
    check_cpu("/(a+)+$/.test('a'.repeat(60) + '!');").await;
}

/// Each turn is short: only the process as a whole shows what they add up to.
#[tokio::test]
async fn many_short_turns() {
    check_cpu("setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 1);")
        .await;
}

/// Nothing in the worker can stop native code.
#[tokio::test]
async fn native_code() {
    let mut binding = bad("require('crypto').pbkdf2Sync('p', 's', 4e6, 32, 'sha512');");
    binding.limits.cpu = Duration::from_millis(200);
    let report = check(binding, "cpu_limit").await;
    assert_eq!(
        report.outcome.name(),
        "too_much_cpu",
        "{:?}",
        report.outcome
    );
}

#[tokio::test]
async fn native_code_on_another_thread() {
    let mut binding = bad("require('crypto').pbkdf2('p', 's', 4e6, 32, 'sha512', callback);");
    binding.limits.cpu = Duration::from_millis(200);
    let report = check(binding, "cpu_limit").await;
    assert_eq!(
        report.outcome.name(),
        "too_much_cpu",
        "{:?}",
        report.outcome
    );
}

#[tokio::test]
async fn a_loop_is_the_fault_of_the_run_whose_code_it_is() {
    let real = Real::start(|config| config.workers_per_connection = 1).await;
    let mut binding = bad("if (password === 'waits') setTimeout(callback, 1e6); else for (;;) {}");
    binding.limits.cpu = Duration::from_millis(500);
    let binding = Arc::new(binding);
    let waits = real.begin(&binding, &json!("waits"));
    real.until(|pool| pool.in_flight() == 1).await;
    let loops = real.run(&binding, json!("loops")).await;
    assert_eq!(loops.outcome.name(), "too_much_cpu", "{:?}", loops.outcome);
    let how = "another run of this connection was over its CPU time limit";
    assert_eq!(waits.await.unwrap().outcome, Outcome::Crashed(how.into()));
    real.finish().await;
}

/// A timer that is left over computes although no run is under way.
#[tokio::test]
async fn a_loop_behind_all_runs() {
    let mut binding = bad(
        "setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 60);
        callback(null, { user_id: '2', email });",
    );
    binding.limits.cpu = Duration::from_millis(300);
    binding.limits.grace = Duration::from_millis(50);
    let report = check(binding, "cpu_limit").await;
    assert_eq!(report.outcome.name(), "profile");
}

async fn check_buffers(body: &str) {
    let mut binding = bad(body);
    binding.limits.buffer_bytes = 16 << 20;
    let report = check(binding, "buffer_limit").await;
    let Outcome::TooMuchMemory(breach) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!((breach.kind, breach.limit), (LimitKind::Buffers, 16 << 20));
    assert!(breach.used > Some(16 << 20));
}

#[tokio::test]
async fn one_large_buffer() {
    check_buffers("Buffer.alloc(20 << 20);").await;
}

#[tokio::test]
async fn many_buffers_that_are_kept() {
    check_buffers("const all = []; for (;;) all.push(new Uint8Array(1 << 20));").await;
}

#[tokio::test]
async fn an_error_that_is_swallowed_changes_nothing() {
    check_buffers("for (;;) try { new ArrayBuffer(1 << 30); } catch {}").await;
}

/// The engine does not count it; one memory has a limit of its own, and all of them that of the process.
#[tokio::test]
async fn memory_of_webassembly() {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(bad("new WebAssembly.Memory({ initial: 2048 });"));
    let outcome = real.run(&binding, json!("bad")).await.outcome;
    assert_eq!(outcome.name(), "script_error", "{outcome:?}");
    real.finish().await;
}

#[tokio::test]
async fn buffers_that_are_let_go_of_cost_nothing() {
    let mut binding = scripted(
        "function login(email, password, callback) {
            for (let i = 0; i < 200; i++) Buffer.alloc(1 << 20);
            callback(null, { user_id: '1', email });
        }",
    );
    binding.limits.buffer_bytes = 16 << 20;
    let real = Real::start(|_| {}).await;
    let outcome = real.run(&Arc::new(binding), json!("p")).await.outcome;
    assert_eq!(outcome.name(), "profile", "{outcome:?}");
    real.finish().await;
}

const FILL: &str = "const all = []; while (all.length < password) all.push(new Array(1 << 17).fill(all.length + 0.5));
    callback(null, { user_id: String(all.length), email });";

/// 1 MiB for each array: the connection's own limit decides, below that of the boot and above it.
#[tokio::test]
async fn the_heap_is_that_of_the_connection() {
    let real = Real::start(|_| {}).await;
    for (heap_mib, arrays, expected) in [
        (48, 60, "too_much_memory"),
        (96, 60, "profile"),
        (96, 130, "too_much_memory"),
        (192, 130, "profile"),
    ] {
        let mut binding = scripted(&format!(
            "function login(email, password, callback) {{ {FILL} }}"
        ));
        binding.limits.heap_bytes = heap_mib << 20;
        binding.limits.cpu = COLLECTING;
        binding.revision = u64::try_from(heap_mib + arrays).unwrap();
        let report = real.run(&Arc::new(binding), json!(arrays)).await;
        assert_eq!(
            report.outcome.name(),
            expected,
            "{heap_mib} {arrays} {:?}",
            report.outcome
        );
    }
    real.finish().await;
}

#[tokio::test]
async fn a_flood_of_console_lines() {
    let mut binding = bad("for (;;) console.log('x');");
    binding.limits.console_flood_lines = 1000;
    binding.limits.grace = Duration::from_millis(200);
    binding.limits.cpu = NOT_REACHED;
    let report = check(binding, "stuck").await;
    let breach = LimitBreach {
        kind: LimitKind::Console,
        limit: 1000,
        used: Some(1001),
    };
    assert_eq!(report.outcome, Outcome::OverLimit(breach));
    assert_eq!((report.console.len(), report.console_dropped), (256, 745));
}

#[tokio::test]
async fn an_answer_that_is_too_long() {
    let report = check(
        bad("callback(null, { user_id: '1', email, all: 'x'.repeat(2 << 20) });"),
        "answer_limit",
    )
    .await;
    let Outcome::OverLimit(breach) = report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!((breach.kind, breach.limit), (LimitKind::Answer, 1 << 20));
    assert!(breach.used > Some(2 << 20));
}

#[tokio::test]
async fn a_timer_that_keeps_the_run_open() {
    check_wall("setInterval(() => {}, 100);").await;
}

#[tokio::test]
async fn a_loop_behind_the_callback() {
    let mut binding =
        bad("callback(null, { user_id: '2', email }); setTimeout(() => { for (;;) {} }, 10);");
    binding.limits.grace = Duration::from_millis(100);
    binding.limits.cpu = NOT_REACHED;
    let report = check(binding, "stuck").await;
    assert_eq!(report.outcome.name(), "profile");
}
