function login(email, password, callback) {
  const threads = require('worker_threads');
  const code = 'while (true) {}';
  tryAll(callback, {
    worker: () => heard(new threads.Worker(code, { eval: true }), 'online'),
    worker_of_a_file: () => heard(new threads.Worker(`${configuration.SECRET}.js`), 'online'),
    worker_of_data: () => heard(new threads.Worker(new URL(`data:text/javascript,${code}`)), 'online'),
    web_worker: () => new (there(globalThis.Worker))('data:text/javascript,0', { type: 'module' }),
    shared_worker: () => new (there(globalThis.SharedWorker))('data:text/javascript,0'),
    cluster: () => heard(there(require('cluster').fork)(), 'online'),
  });
}
