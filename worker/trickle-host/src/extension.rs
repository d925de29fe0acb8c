//! The list of functions, and those that have no module of their own.

use std::{cell::RefCell, rc::Rc};

use deno_core::{Extension, OpState, op2};
use serde_json::Value;
use trickle_model::{Answer, ConsoleLine, LoadedModule, ScriptError};
use trickle_protocol::{Reply, ToPool};

use crate::{argon2_ops, bcrypt_ops, cipher_ops, compile, host::Host, names_ops, surface};

deno_core::extension!(
    trickle_host,
    ops = [
        op_trickle_answer,
        op_trickle_begin,
        op_trickle_console,
        op_trickle_module,
        op_trickle_modules_dir,
        op_trickle_waiting,
        argon2_ops::op_trickle_argon2,
        compile::op_trickle_compile,
        bcrypt_ops::op_trickle_bcrypt_compare,
        bcrypt_ops::op_trickle_bcrypt_compare_sync,
        bcrypt_ops::op_trickle_bcrypt_hash,
        bcrypt_ops::op_trickle_bcrypt_hash_sync,
        bcrypt_ops::op_trickle_bcrypt_salt,
        cipher_ops::op_trickle_ccm,
        cipher_ops::op_trickle_cipher,
        cipher_ops::op_trickle_gcm_start,
        cipher_ops::op_trickle_gcm_tag,
        surface::op_trickle_surface,
    ],
    esm_entry_point = "ext:trickle_host/snapshot.js",
    esm = [dir "../../sandbox/host", "classes.js", "costs.js", "snapshot.js"],
    options = { host: Rc<Host> },
    middleware = |op| names_ops::replace(surface::guard(op)),
    state = |state, options| {
        state.put(options.host);
    },
);

/// The functions, for a worker.
pub fn extension(host: Rc<Host>) -> Extension {
    trickle_host::init(host)
}

/// The functions, for the start-up snapshot.
pub fn snapshot_extension() -> Extension {
    trickle_host::lazy_init()
}

/// Run ids are small counters; JavaScript has them as numbers, background code as -1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative is none, and no worker lives for 2^53 runs"
)]
fn run_id(number: f64) -> Option<u64> {
    (number >= 0.0).then_some(number as u64)
}

fn answered(error: Option<ScriptError>, value: Value) -> Reply {
    Reply::Answer(Box::new(Answer { error, value }))
}

#[op2(fast)]
fn op_trickle_answer(
    state: &mut OpState,
    run: f64,
    #[string] kind: &str,
    #[string] payload: &str,
    dropped: f64,
) {
    let reply = match kind {
        "value" => match serde_json::from_str(payload) {
            Ok(value) => answered(None, value),
            Err(error) => Reply::Unusable(format!("the result is not JSON: {error}")),
        },
        "error" => {
            let error = serde_json::from_str(payload).unwrap_or_else(|_| ScriptError {
                name: "Error".to_owned(),
                ..ScriptError::default()
            });
            answered(Some(error), Value::Null)
        }
        "unusable" => Reply::Unusable(payload.to_owned()),
        "over" => match serde_json::from_str(payload) {
            Ok((kind, used)) => Reply::OverLimit { kind, used },
            Err(error) => Reply::Unusable(format!("the breach is not JSON: {error}")),
        },
        _ => Reply::Nothing,
    };
    if let Some(run) = run_id(run) {
        state
            .borrow::<Rc<Host>>()
            .answer(run, reply, run_id(dropped).unwrap_or_default());
    }
}

/// Called right before a script. A debugger may let JavaScript run meanwhile, and so other functions.
#[op2(nofast, reentrant)]
fn op_trickle_begin(state: Rc<RefCell<OpState>>, #[string] action: &str) {
    let host = state.borrow().borrow::<Rc<Host>>().clone();
    host.begin(action);
}

#[op2(fast)]
fn op_trickle_console(state: &mut OpState, run: f64, #[string] level: &str, #[string] text: &str) {
    let line = ConsoleLine {
        level: level.to_owned(),
        text: text.to_owned(),
    };
    state.borrow::<Rc<Host>>().outbox().send(&ToPool::Console {
        run: run_id(run),
        line,
    });
}

#[op2]
fn op_trickle_waiting(state: &mut OpState, run: f64, #[serde] places: Vec<String>) {
    if let Some(run) = run_id(run) {
        let outbox = state.borrow::<Rc<Host>>();
        outbox.outbox().send(&ToPool::Waiting { run, places });
    }
}

#[op2(fast)]
fn op_trickle_module(
    state: &mut OpState,
    run: f64,
    #[string] requested: &str,
    #[string] resolved: &str,
) {
    let module = LoadedModule {
        requested: requested.to_owned(),
        resolved: resolved.to_owned(),
    };
    state.borrow::<Rc<Host>>().outbox().send(&ToPool::Module {
        run: run_id(run),
        module,
    });
}

#[op2]
#[string]
fn op_trickle_modules_dir(state: &mut OpState) -> String {
    state
        .borrow::<Rc<Host>>()
        .modules_dir()
        .to_string_lossy()
        .into_owned()
}
