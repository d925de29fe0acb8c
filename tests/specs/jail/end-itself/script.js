function login(email, password, callback) {
  const engine = globalThis.Deno ?? {};
  const late = (way) => new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(way());
      } catch (error) {
        reject(error);
      }
    }, 1);
  });
  tryAll(callback, {
    exit: () => process.exit(0),
    exit_late: () => late(() => process.exit(0)),
    exit_of_a_module: () => require('node:process').exit(1),
    exit_of_another_context: () => require('vm').runInNewContext('process.exit(0)', { process }),
    really: () => process.reallyExit(0),
    abort: () => process.abort(),
    abort_late: () => late(() => process.abort()),
    kill: () => process.kill(process.pid, 'SIGKILL'),
    kill_by_number: () => process.kill(process.pid, 9),
    kill_inner: () => there(process._kill)(process.pid, 9),
    stop: () => process.kill(process.pid, 'SIGSTOP'),
    group: () => process.kill(0, 'SIGKILL'),
    engine: () => there(engine.exit)(0),
    engine_by_a_function: () => there(new Function('return typeof Deno === "undefined" ? undefined : Deno.exit')())(0),
    engine_kill: () => there(engine.kill)(process.pid, 'SIGKILL'),
    unwind: () => there(process.binding)('process_methods').reallyExit(0),
  });
}
