//! For tests: what somebody has who took a worker over. The shipped worker is built without this module.
//!
//! Scripts get two more globals:
//! - `syscall(number, …)` makes a system call of up to six arguments and gives the kernel's answer, an error as a negative number.
//!   Numbers and BigInts are passed as they are, buffers and their views as the address of their bytes, a text as the address of
//!   its bytes and a zero, everything else as zero.
//! - `addressOf(view)` gives that address as a BigInt, for structs with pointers. It holds as long as the view does.

use std::ffi::CString;

use deno_core::{ascii_str, scope, v8};
use deno_runtime::{deno_permissions::Permissions, worker::MainWorker};

/// Of the script that keeps the engine's internals; tests look for it in programs.
const NAME: &str = "trickle-worker-raw";

/// Nothing is refused.
pub fn permissions() -> Permissions {
    Permissions::allow_all()
}

/// Adds the globals. Call it before the host's JavaScript hides the engine's internals.
pub fn open_up(worker: &mut MainWorker) {
    let keep = ascii_str!("globalThis.internals = Deno[Deno.internal];");
    let kept = worker.execute_script(NAME, keep.into());
    kept.expect("a constant script");
    let runtime = &mut worker.js_runtime;
    scope!(scope, runtime);
    let global = scope.get_current_context().global(scope);
    let functions = [
        ("syscall", v8::Function::new(scope, syscall)),
        ("addressOf", v8::Function::new(scope, address_of)),
    ];
    for (name, function) in functions {
        let name = v8::String::new(scope, name).expect("a short text");
        let function = function.expect("an isolate that has just begun");
        global.set(scope, name.into(), function.into());
    }
}

fn syscall(
    scope: &mut v8::PinScope,
    args: v8::FunctionCallbackArguments,
    mut answer: v8::ReturnValue,
) {
    let mut texts = Vec::new();
    let mut words = [0; 7];
    for (index, word) in (0..args.length()).zip(&mut words) {
        *word = as_word(scope, args.get(index), &mut texts);
    }
    let [number, a, b, c, d, e, f] = words;
    // SAFETY: none is given. A script that may do this owns the process, which is what the tests are about.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let result = if result == -1 {
        (-errno).into()
    } else {
        result
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "addresses and counts have less than 53 bits"
    )]
    answer.set_double(result as f64);
}

fn address_of(
    scope: &mut v8::PinScope,
    args: v8::FunctionCallbackArguments,
    mut answer: v8::ReturnValue,
) {
    let address = as_word(scope, args.get(0), &mut Vec::new());
    answer.set(v8::BigInt::new_from_i64(scope, address).into());
}

/// `texts` keeps what the words point to.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the kernel takes the bits that it takes"
)]
fn as_word(scope: &mut v8::PinScope, value: v8::Local<v8::Value>, texts: &mut Vec<CString>) -> i64 {
    if let Ok(number) = v8::Local::<v8::BigInt>::try_from(value) {
        return number.i64_value().0;
    }
    if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        // Small views lie on the heap, where they move, until somebody asks for their buffer.
        let buffer = view.buffer(scope);
        let start = buffer.and_then(|buffer| buffer.data());
        return start.map_or(0, |start| {
            (start.as_ptr() as usize + view.byte_offset()) as i64
        });
    }
    if let Ok(buffer) = v8::Local::<v8::ArrayBuffer>::try_from(value) {
        return buffer.data().map_or(0, |start| start.as_ptr() as i64);
    }
    if value.is_string() {
        let text = value.to_rust_string_lossy(scope);
        // A zero ends the text, as it would for the kernel.
        let bytes = text.split('\0').next().unwrap_or_default();
        let Ok(text) = CString::new(bytes) else {
            return 0;
        };
        let address = text.as_ptr() as i64;
        texts.push(text);
        return address;
    }
    value.number_value(scope).unwrap_or(0.0) as i64
}
