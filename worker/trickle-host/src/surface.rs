//! Which of the engine's functions the sandbox's JavaScript has: those of `sandbox/ops.toml`, and no other.
//!
//! The same list must hold when the snapshot is made and when it is loaded: the snapshot names functions by their place in
//! a table of addresses, and all refused ones have the same address.

use std::{cell::RefCell, collections::BTreeSet, ffi::c_void};

use deno_core::{_ops::OpCtx, AccessorType, OpDecl, ascii_str, op2, v8, v8::MapFnTo as _};

include!(concat!(env!("OUT_DIR"), "/surface.rs"));

/// Whether the engine holds scripts back at all. For tests alone a worker is built in which nothing does but the kernel and the
/// supervisor: a feature of the build, never a setting.
pub const LAYERS_OFF: bool = cfg!(feature = "raw-syscalls");

thread_local! {
    /// Functions of the engine that this thread has been asked about.
    static SEEN: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// What the engine offers and what of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Functions that the engine has.
    pub offered: usize,
    /// Functions that can be called.
    pub allowed: usize,
}

/// Built-in modules that do not load, and what scripts cannot do therefore.
pub fn refused_modules() -> &'static [(&'static str, &'static str)] {
    if LAYERS_OFF { &[] } else { REFUSED_MODULES }
}

/// Compares the list with the engine whose functions went through [`guard`] on this thread.
///
/// # Errors
/// The names in `sandbox/ops.toml` that no function has: it was renamed or is gone.
pub fn surface() -> Result<Surface, Vec<&'static str>> {
    SEEN.with_borrow(|seen| {
        let unknown: Vec<_> = ALLOWED
            .iter()
            .copied()
            .filter(|name| !seen.contains(name))
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        Ok(Surface {
            offered: seen.len(),
            allowed: ALLOWED.len(),
        })
    })
}

/// The function itself where it is listed, else one that throws.
pub(crate) fn guard(op: OpDecl) -> OpDecl {
    SEEN.with_borrow_mut(|seen| seen.insert(op.name));
    if LAYERS_OFF || ALLOWED.binary_search(&op.name).is_ok() {
        op
    } else {
        op.with_implementation_from(&refusal())
    }
}

/// Without a fast variant: the engine's own way to disable functions makes that one return undefined instead of throwing.
fn refusal() -> OpDecl {
    OpDecl::new_internal_op2(
        ("op_trickle_refused", ascii_str!("op_trickle_refused")),
        false,
        false,
        false,
        0,
        false,
        false,
        refuse.map_fn_to(),
        unmeasured,
        AccessorType::None,
        None,
        None,
        op_trickle_surface().metadata,
    )
}

fn refuse(
    scope: &mut v8::PinScope<'_, '_>,
    arguments: v8::FunctionCallbackArguments,
    _: v8::ReturnValue,
) {
    let name = v8::Local::<v8::External>::try_from(arguments.data()).map_or("function", |data| {
        let context: *mut c_void = data.value();
        // SAFETY: the engine gives every function the address of its own `OpCtx` as data, and keeps that for as long as
        // the isolate lives. Nothing else tells a shared callback for which function it stands.
        unsafe { &*context.cast::<OpCtx>() }.decl().name
    });
    let Some(message) = v8::String::new(scope, &format!("EACCES: the sandbox has no {name}"))
    else {
        return;
    };
    let error = v8::Exception::error(scope, message);
    let (key, code) = (
        v8::String::new(scope, "code"),
        v8::String::new(scope, "EACCES"),
    );
    if let (Ok(object), Some(key), Some(code)) =
        (v8::Local::<v8::Object>::try_from(error), key, code)
    {
        object.set(scope, key.into(), code.into());
    }
    scope.throw_exception(error);
}

/// The engine calls this only where it counts calls, which the sandbox does not ask for.
fn unmeasured(_: *const v8::FunctionCallbackInfo) -> usize {
    0
}

/// The part of the list that JavaScript applies, while the snapshot is made.
#[op2]
#[string]
pub fn op_trickle_surface() -> String {
    let open = r#"{"open":true,"modules":{}}"#;
    if LAYERS_OFF { open } else { FOR_JAVASCRIPT }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More functions are more ways out: whoever adds one changes this number, and says who needs it in `ops.toml`.
    #[test]
    fn the_list_grows_only_knowingly() {
        assert_eq!(ALLOWED.len(), 499);
        assert!(ALLOWED.is_sorted());
    }

    #[test]
    fn what_reaches_out_of_the_worker_is_not_on_it() {
        for name in [
            "op_ffi_load",
            "op_napi_open",
            "op_spawn_child",
            "op_node_spawn_child",
            "op_run",
            "op_kill",
            "op_exit",
            "op_node_process_kill",
            "op_process_abort",
            "op_panic",
            "op_print",
            "op_create_worker",
            "op_net_listen_tcp",
            "op_net_connect_unix",
            "op_quic_endpoint_create",
            "op_kv_database_open",
            "op_signal_bind",
            "op_set_env",
            "op_inspector_open",
            "op_v8_take_heap_snapshot",
            "op_v8_set_flags_from_string",
            "op_node_udp_bind",
            "op_fs_write_file_sync",
            "op_node_fs_write_sync",
            "op_cron_create",
            "op_create_gpu",
            "op_bundle",
        ] {
            assert!(ALLOWED.binary_search(&name).is_err(), "{name}");
        }
    }
}
