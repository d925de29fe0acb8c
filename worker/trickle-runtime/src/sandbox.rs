//! One isolate and the host's functions in it.

use std::{
    cell::Cell,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use deno_core::{JsRuntime, PollEventLoopOptions, scope, serde_v8, v8};
use deno_runtime::worker::MainWorker;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;
use trickle_host::{Host, Names, Outbox};
use trickle_model::{LimitKind, Limits};
use trickle_protocol::{Bind, NameAnswer, Run, ToPool};

use crate::{
    boot::{self, BootError, BootOptions},
    breach::{Breach, Breaches},
    buffers::Buffers,
    inspector::{FirstStop, Inspector},
    watchdog::Watchdog,
};

/// Room for the engine to unwind after the heap limit was hit.
const HEAP_RESERVE_BYTES: usize = 32 << 20;

/// As many as `PRELOADED` of `sandbox/host/preload.js` names.
const PRELOADS: u32 = 3;

/// An isolate, ready to be bound to a connection.
pub struct Sandbox {
    worker: MainWorker,
    host: Rc<Host>,
    functions: Functions,
    questions: UnboundedReceiver<ToPool>,
    breaches: Breaches,
    buffers: Arc<Buffers>,
    heap_bytes: Rc<Cell<usize>>,
    watchdog: Watchdog,
    /// CPU time of one turn of one run.
    cpu: Duration,
}

struct Functions {
    bind: v8::Global<v8::Function>,
    start: v8::Global<v8::Function>,
    idle: v8::Global<v8::Function>,
    crash: v8::Global<v8::Function>,
    waiting: v8::Global<v8::Function>,
    preload: v8::Global<v8::Function>,
    current: v8::Global<v8::Function>,
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
        let (names, questions) = Names::new();
        let host = Rc::new(Host::new(outbox, names, options.modules_dir.clone()));
        let breaches = Breaches::default();
        let limits = Limits::default();
        let buffers = Buffers::new(limits.buffer_bytes, breaches.clone());
        let (mut worker, module) = boot::boot(&options, host.clone(), &buffers).await?;
        breaches.watch(worker.js_runtime.v8_isolate().thread_safe_handle());
        let watchdog = Watchdog::start(breaches.clone()).map_err(BootError::Watchdog)?;
        let heap_bytes = Rc::new(Cell::new(options.heap_bytes));
        guard_heap(&mut worker, &host, &breaches, &heap_bytes);
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
            current: exported(&mut worker, &namespace, "current"),
        };
        Ok(Self {
            worker,
            host,
            functions,
            questions,
            breaches,
            buffers,
            heap_bytes,
            watchdog,
            cpu: limits.cpu,
        })
    }

    /// Lets debuggers in, and stops the first run of `action` for them.
    pub fn inspect(&mut self, action: String) -> Inspector {
        let inspector = self.worker.js_runtime.inspector();
        let stop = FirstStop::new(&inspector, action);
        self.host.before_scripts(move |action| stop.before(action));
        Inspector::new(&inspector)
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
        let limits = &bind.limits;
        self.keep_limits(limits);
        let binding = json!({
            "scripts": bind.scripts,
            "configuration": bind.configuration,
            "node_version": bind.node_version.major(),
            "grace_ms": u64::try_from(limits.grace.as_millis()).unwrap_or(u64::MAX),
            "answer_bytes": limits.answer_bytes,
            "console_lines": limits.console_lines,
            "console_line_bytes": limits.console_line_bytes,
            "console_flood_lines": limits.console_flood_lines,
        });
        let function = self.functions.bind.clone();
        self.call(&function, (binding,));
    }

    fn keep_limits(&mut self, limits: &Limits) {
        self.cpu = limits.cpu;
        self.buffers.limit(limits.buffer_bytes);
        self.heap_bytes.set(limits.heap_bytes);
        // Brings the engine's own limit down; up it goes when it is reached, see `guard_heap`.
        self.worker
            .js_runtime
            .remove_near_heap_limit_callback(limits.heap_bytes);
        guard_heap(
            &mut self.worker,
            &self.host,
            &self.breaches,
            &self.heap_bytes,
        );
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
        // A turn may serve every open run once.
        let sharers = u32::try_from(self.host.count_open().max(1)).unwrap_or(u32::MAX);
        let runtime = &mut self.worker.js_runtime;
        let polled = self.watchdog.turn(self.cpu.saturating_mul(sharers), || {
            runtime.poll_event_loop(cx, PollEventLoopOptions::default())
        });
        let isolate = self.worker.js_runtime.v8_isolate();
        let mut external = isolate.get_heap_statistics().external_memory();
        if self.buffers.are_beyond(external) {
            // Most may be garbage: the engine collects it only where its allocator is refused something.
            isolate.low_memory_notification();
            external = isolate.get_heap_statistics().external_memory();
        }
        self.buffers.compare(external);
        // What the turn asked; and what is asked outside of it wakes this task.
        while let Poll::Ready(Some(question)) = self.questions.poll_recv(cx) {
            self.host.outbox().send(&question);
        }
        match polled {
            _ if self.breaches.get().is_some() => Poll::Ready(()),
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

    /// Hands on what the pool knows of a name.
    pub fn name(&self, question: u64, answer: NameAnswer) {
        self.host.names().answer(question, answer);
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

    /// The limit that was reached; the isolate is of no more use then.
    pub fn breach(&self) -> Option<Breach> {
        self.breaches.get()
    }

    /// The run whose code was stopped, where that is known.
    pub fn stopped_run(&mut self) -> Option<u64> {
        self.breaches.resume();
        let function = self.functions.current.clone();
        let runtime = &mut self.worker.js_runtime;
        scope!(scope, runtime);
        v8::tc_scope!(scope, scope);
        let function = v8::Local::new(scope, function);
        let receiver = v8::undefined(scope);
        let run = function.call(scope, receiver.into(), &[])?;
        let run = run.integer_value(scope)?;
        u64::try_from(run).ok().filter(|run| *run > 0)
    }

    fn call(&mut self, function: &v8::Global<v8::Function>, arguments: impl Serialize) {
        let runtime = &mut self.worker.js_runtime;
        self.watchdog
            .turn(self.cpu, || Self::call_in(runtime, function, arguments));
    }

    fn call_in(
        runtime: &mut JsRuntime,
        function: &v8::Global<v8::Function>,
        arguments: impl Serialize,
    ) {
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
///
/// The engine's own limit is that of the boot, or what [`Sandbox::bind`] brought it down to. Where the connection has more,
/// it gets it here.
fn guard_heap(
    worker: &mut MainWorker,
    host: &Rc<Host>,
    breaches: &Breaches,
    heap_bytes: &Rc<Cell<usize>>,
) {
    let (host, breaches, heap_bytes) = (host.clone(), breaches.clone(), heap_bytes.clone());
    worker
        .js_runtime
        .add_near_heap_limit_callback(move |current, _initial| {
            let limit = heap_bytes.get();
            if current < limit {
                return limit;
            }
            let used = current as u64;
            if !breaches.note(LimitKind::Heap, used) {
                return current;
            }
            // At once: there may be no room to come back to the loop that tells of other limits.
            host.outbox().send(&ToPool::OverLimit {
                kind: LimitKind::Heap,
                run: None,
                used,
            });
            current + HEAP_RESERVE_BYTES
        });
}
