//! What scripts find of the engine, and what they do not.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_model::Outcome;

use crate::real::{Real, assert_refused, attempt, scripted};

/// What an expression is, as JSON.
async fn value_of(expression: &str) -> Value {
    let real = Real::start(|_| {}).await;
    let binding = Arc::new(scripted(&format!(
        "async function login(email, password, callback) {{
            try {{
                callback(null, {{ user_id: '1', email, value: await ({expression}) }});
            }} catch (error) {{
                callback(error);
            }}
        }}"
    )));
    let outcome = real.run(&binding, json!("p")).await.outcome;
    real.finish().await;
    match outcome {
        Outcome::Profile(profile) => profile.as_value()["value"].clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_engine_is_not_to_be_seen() {
    let expression = "[
        typeof Deno, 'Deno' in globalThis, Object.getOwnPropertyNames(globalThis).includes('Deno'),
        typeof require('vm').runInThisContext('this').Deno, typeof __bootstrap, typeof bootstrap, typeof Worker,
    ]";
    let expected = json!([
        "undefined",
        false,
        false,
        "undefined",
        "undefined",
        "undefined",
        "undefined"
    ]);
    assert_eq!(value_of(expression).await, expected);
}

/// Code that is made at run time finds what Node's own modules need, and nothing of the engine's inside.
#[tokio::test]
async fn what_made_code_finds_leads_nowhere() {
    let expression = "(() => {
        const found = new Function('return Deno')();
        const names = Object.getOwnPropertyNames(found).concat(Object.getOwnPropertySymbols(found).map(String));
        return names.filter((name) => /^(internal|core|exit|kill|Command|run|listen|serve|connect|dlopen|open|write|test)/.test(name));
    })()";
    assert_eq!(value_of(expression).await, json!([]));
}

#[tokio::test]
async fn modules_that_are_refused_cannot_be_had_in_any_way() {
    let ways = [
        "require('node:sqlite')",
        "process.getBuiltinModule('node:sqlite')",
        "require('module').createRequire('/x.js')('node:sqlite')",
        "require('module')._load('node:sqlite')",
        "await import('node:sqlite')",
        "require('inspector')",
        "require('wasi')",
        "await import('node:wasi')",
        "require('repl')",
        "require('trace_events')",
        "await import('node:inspector')",
    ];
    for way in ways {
        let body = format!("(async () => {{ {way}; }})().then(() => done(null, 'loaded'), done);");
        assert_refused(&attempt(&body).await, &["action scripts cannot"]);
    }
}

#[tokio::test]
async fn modules_that_node_keeps_to_itself_cannot_be_had_in_any_way() {
    let ways = [
        "require('internal/test/binding')",
        "require('module').createRequire('/x.js')('internal/test/binding')",
        "require('module')._load('internal/test/binding')",
        "require('module')._load('node:internal/test/binding')",
        "process.binding('pipe_wrap')",
        "process.binding('tcp_wrap')",
        "process._linkedBinding('fs')",
        "await import('ext:core/ops')",
        "await import('trickle:host/ops.js')",
        "await new (require('vm').Script)(\"import('trickle:host/ops.js')\", { filename: 'trickle:host/x.js', \
            importModuleDynamically: require('vm').constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext()",
        "await import('node:internal/test/binding')",
    ];
    for way in ways {
        let body = format!("(async () => {{ {way}; }})().then(() => done(null, 'loaded'), done);");
        let outcome = attempt(&body).await;
        assert_eq!(outcome.name(), "script_error", "{way} {outcome:?}");
    }
}

#[tokio::test]
async fn what_the_list_does_not_name_throws() {
    let refused = [
        "new (require('worker_threads').Worker)('1', { eval: true })",
        "require('v8').getHeapSnapshot()",
        "require('v8').writeHeapSnapshot()",
        "require('v8').setFlagsFromString('--expose-gc')",
        "require('v8').setHeapSnapshotNearHeapLimit(1)",
        "new (require('net').Socket)({ fd: 3 })",
        "new (require('net').Socket)({ fd: 0 })",
        "require('fs').writeSync(1, 'x')",
        "require('child_process').spawnSync('/bin/true')",
        "process.kill(process.pid, 'SIGKILL')",
        "process.abort()",
        "process.exit(0)",
        "process.reallyExit(0)",
        "process.setuid(0)",
        "process.chdir('/')",
        "process.dlopen({ exports: {} }, '/lib/x.node')",
        "require('crypto').generatePrimeSync(4096)",
        "require('crypto').createDiffieHellman(4096).generateKeys()",
    ];
    for way in refused {
        let body = format!("{way}; done(null, 'done');");
        assert_refused(
            &attempt(&body).await,
            &["EACCES", "ERR_ACCESS_DENIED", "cannot", "has no"],
        );
    }
}

#[tokio::test]
async fn handles_over_descriptors_and_servers_answer_that_they_may_not() {
    let refused = [
        "require('net').createServer().on('error', done).listen(0);",
        "require('net').createServer().on('error', done).listen('/tmp/x.sock');",
        "require('http').createServer().on('error', done).listen(0);",
    ];
    for body in refused {
        assert_refused(&attempt(body).await, &["EACCES"]);
    }
    // As where there is no such socket, so that drivers go on with what they would do then.
    let body = "require('net').connect({ path: '/run/x.sock' }).on('error', done);";
    assert_refused(&attempt(body).await, &["ENOENT"]);
    // The class behind a socket, by its instance.
    let body = "const socket = require('net').connect(1, '127.0.0.1').on('error', () => {});
        const TCP = socket._handle.constructor;
        const results = [new TCP(0).open(3), new TCP(0).listen(1), new TCP(0).bind('127.0.0.1', 0)];
        done(new Error(JSON.stringify(results)));";
    assert_refused(&attempt(body).await, &["[-13,-13,-13]"]);
}

#[tokio::test]
async fn expensive_hashes_are_refused_with_the_limit_they_are_over() {
    let refused = [
        ("require('crypto').pbkdf2Sync('p', 's', 1e8, 64, 'sha512')", "4000000 rounds"),
        ("require('crypto').pbkdf2('p', 's', 1e8, 64, 'sha512', () => {})", "4000000 rounds"),
        (
            "const iterations = { valueOf() { return 1e9; } };
            crypto.subtle.importKey('raw', Buffer.from('p'), 'PBKDF2', false, ['deriveBits'])
                .then((key) => crypto.subtle.deriveBits(
                    { name: 'PBKDF2', hash: 'SHA-256', salt: Buffer.from('s'), iterations }, key, 256))
                .then(() => done(null, 'derived'), done); return",
            "4000000 rounds",
        ),
        (
            "require('crypto').scryptSync('p', 's', 32, { N: 2 ** 20, r: 16, p: 4, maxmem: 2 ** 40 })",
            "N * r * p",
        ),
        (
            "require('crypto').scryptSync('p', 's', 32, { N: 2 ** 18, r: 8, p: 1, maxmem: 2 ** 40 })",
            "of memory",
        ),
        ("require('bcrypt').hashSync('p', 16)", "a cost of 15"),
        (
            "require('bcrypt').compareSync('p', '$2b$31$' + 'a'.repeat(53))",
            "a cost of 15",
        ),
        (
            "require('argon2').hash('p', { memoryCost: 2 ** 18 }).then(() => done(null, 'hashed'), done); return",
            "131072 KiB",
        ),
        (
            "require('crypto').generateKeyPairSync('rsa', { modulusLength: 16384 })",
            "4096 bits",
        ),
    ];
    for (way, limit) in refused {
        let body = format!("{way}; done(null, 'done');");
        assert_refused(&attempt(&body).await, &[limit]);
    }
}

#[tokio::test]
async fn hashes_that_real_scripts_compute_are_computed() {
    // One of them in a run, as in a login.
    for (expression, expected) in [
        (
            "require('crypto').pbkdf2Sync('p', 's', 600000, 64, 'sha1').length",
            json!(64),
        ),
        (
            "require('crypto').scryptSync('p', 's', 64, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 30 }).length",
            json!(64),
        ),
        (
            "require('bcrypt').compare('p', await require('bcrypt').hash('p', 10))",
            json!(true),
        ),
        (
            "require('argon2').verify(await require('argon2').hash('p'), 'p')",
            json!(true),
        ),
    ] {
        assert_eq!(value_of(expression).await, expected, "{expression}");
    }
}

/// The process is that of all runs of the connection: none can end it.
#[tokio::test]
async fn a_run_that_ends_processes_ends_alone() {
    let real = Real::start(|config| config.workers_per_connection = 1).await;
    let binding = Arc::new(scripted(
        "function login(email, password, callback) {
            if (password === 'exit') process.exit(0);
            setTimeout(() => callback(null, { user_id: '1', email }), 100);
        }",
    ));
    let other = real.begin(&binding, &json!("stays"));
    let exits = real.run(&binding, json!("exit")).await;
    assert_refused(&exits.outcome, &["ERR_ACCESS_DENIED"]);
    let other = other.await.unwrap();
    assert_eq!(other.outcome.name(), "profile", "{:?}", other.outcome);
    assert_eq!(other.worker, exits.worker);
    real.finish().await;
}
