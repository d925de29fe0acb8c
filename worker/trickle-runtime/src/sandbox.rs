//! One isolate and the host's functions in it.

use std::{
    cell::Cell,
    rc::Rc,
    task::{Context, Poll},
};

use deno_core::{PollEventLoopOptions, scope, serde_v8, v8};
use deno_runtime::worker::MainWorker;
use serde::Serialize;
use serde_json::json;
use trickle_host::{Host, Outbox};
use trickle_protocol::{Bind, Run, ToPool};

use crate::boot::{self, BootError, BootOptions};

/// Room for the engine to unwind after the heap limit was hit.
const HEAP_RESERVE_BYTES: usize = 32 << 20;

/// As many as `PRELOADED` of `sandbox/host/preload.js` names.
const PRELOADS: u32 = 3;

/// An isolate, ready to be bound to a connection.
pub struct Sandbox {
    worker: MainWorker,
    host: Rc<Host>,
    functions: Functions,
    heap_full: Rc<Cell<bool>>,
}

struct Functions {
    bind: v8::Global<v8::Function>,
    start: v8::Global<v8::Function>,
    idle: v8::Global<v8::Function>,
    crash: v8::Global<v8::Function>,
    waiting: v8::Global<v8::Function>,
    preload: v8::Global<v8::Function>,
}

impl Sandbox {
    /// Boots an isolate.
    ///
    /// # Errors
    /// The modules folder is missing, or the engine or the host's JavaScript failed.
    pub async fn boot(mut options: BootOptions, outbox: Rc<dyn Outbox>) -> Result<Self, BootError> {
        options.modules_dir =
            options
                .modules_dir
                .canonicalize()
                .map_err(|source| BootError::ModulesDir {
                    path: options.modules_dir.clone(),
                    source,
                })?;
        let host = Rc::new(Host::new(outbox, options.modules_dir.clone()));
        let (mut worker, module) = boot::boot(&options, host.clone()).await?;
        let heap_full = guard_heap(&mut worker, host.clone());
        let namespace = worker
            .js_runtime
            .get_module_namespace(module)
            .map_err(|error| BootError::Host(Box::new(error)))?;
        let functions = Functions {
            bind: exported(&mut worker, &namespace, "bind"),
            start: exported(&mut worker, &namespace, "start"),
            idle: exported(&mut worker, &namespace, "idle"),
            crash: exported(&mut worker, &namespace, "crash"),
            waiting: exported(&mut worker, &namespace, "waiting"),
            preload: exported(&mut worker, &namespace, "preload"),
        };
        Ok(Self {
            worker,
            host,
            functions,
            heap_full,
        })
    }

    /// How many packages [`Self::preload`] knows.
    pub const fn preloads(&self) -> u32 {
        PRELOADS
    }

    /// Loads one of the packages that most scripts need.
    pub fn preload(&mut self, number: u32) {
        let function = self.functions.preload.clone();
        self.call(&function, (number,));
    }

    /// Takes over scripts, configuration and limits.
    pub fn bind(&mut self, bind: &Bind) {
        let binding = json!({
            "scripts": bind.scripts,
            "configuration": bind.configuration,
            "node_version": bind.node_version.major(),
            "grace_ms": u64::try_from(bind.limits.grace.as_millis()).unwrap_or(u64::MAX),
            "answer_bytes": bind.limits.answer_bytes,
            "console_lines": bind.limits.console_lines,
            "console_line_bytes": bind.limits.console_line_bytes,
        });
        let function = self.functions.bind.clone();
        self.call(&function, (binding,));
    }

    /// Starts a run; it goes on while the sandbox is polled.
    /// `quiet` says that nothing of earlier runs is left.
    pub fn start(&mut self, run: &Run, quiet: bool) {
        self.host.open(run.run, run.token);
        let function = self.functions.start.clone();
        let (action, arity) = (run.action.key(), run.action.arity());
        self.call(
            &function,
            (run.run, action, arity, &run.arguments, &run.context, quiet),
        );
    }

    /// Lets the event loop turn; ready when nothing is left in it.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let polled = self
            .worker
            .js_runtime
            .poll_event_loop(cx, PollEventLoopOptions::default());
        match polled {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Ready(Err(error)) => {
                // What the host's own handlers did not catch.
                let function = self.functions.crash.clone();
                self.call(&function, (error.to_string(),));
                Poll::Ready(())
            }
        }
    }

    /// Tells the pool what a run waits for.
    pub fn tell_waiting(&mut self, run: u64) {
        let function = self.functions.waiting.clone();
        self.call(&function, (run,));
    }

    /// Answers the runs that can have no answer any more.
    pub fn close_open_runs(&mut self) {
        if self.host.has_open() {
            let function = self.functions.idle.clone();
            self.call(&function, ());
        }
    }

    /// Runs that were answered since the last call.
    pub fn take_answered(&self) -> Vec<u64> {
        self.host.take_answered()
    }

    /// Whether there is anything for [`Self::take_answered`].
    pub fn has_answered(&self) -> bool {
        self.host.has_answered()
    }

    /// Whether the heap limit was hit; the isolate is of no more use then.
    pub fn is_heap_full(&self) -> bool {
        self.heap_full.get()
    }

    fn call(&mut self, function: &v8::Global<v8::Function>, arguments: impl Serialize) {
        let runtime = &mut self.worker.js_runtime;
        scope!(scope, runtime);
        v8::tc_scope!(scope, scope);
        let Ok(arguments) = serde_v8::to_v8(scope, arguments) else {
            return;
        };
        let arguments: Vec<v8::Local<v8::Value>> = v8::Local::<v8::Array>::try_from(arguments)
            .map(|list| {
                (0..list.length())
                    .filter_map(|index| list.get_index(scope, index))
                    .collect()
            })
            .unwrap_or_default();
        let function = v8::Local::new(scope, function);
        let receiver = v8::undefined(scope);
        // The host's functions catch what scripts throw; only termination gets here.
        let _ = function.call(scope, receiver.into(), &arguments);
    }
}

fn exported(
    worker: &mut MainWorker,
    namespace: &v8::Global<v8::Object>,
    name: &str,
) -> v8::Global<v8::Function> {
    let runtime = &mut worker.js_runtime;
    scope!(scope, runtime);
    let namespace = v8::Local::new(scope, namespace);
    let key = v8::String::new(scope, name).expect("a short name");
    let value = namespace
        .get(scope, key.into())
        .expect("a module of the host exports it");
    let function = v8::Local::<v8::Function>::try_from(value).expect("it is a function");
    v8::Global::new(scope, function)
}

/// Reports a full heap once and stops the script; the second time the engine ends the process.
fn guard_heap(worker: &mut MainWorker, host: Rc<Host>) -> Rc<Cell<bool>> {
    let full = Rc::new(Cell::new(false));
    let noticed = full.clone();
    let isolate = worker.js_runtime.v8_isolate().thread_safe_handle();
    worker
        .js_runtime
        .add_near_heap_limit_callback(move |current, _initial| {
            if noticed.replace(true) {
                return current;
            }
            host.outbox().send(&ToPool::HeapLimit {
                used_bytes: current as u64,
            });
            isolate.terminate_execution();
            current + HEAP_RESERVE_BYTES
        });
    full
}
