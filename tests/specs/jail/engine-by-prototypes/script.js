function login(email, password, callback) {
  const ways = {};
  const below = (name) => {
    for (let owner = Object.getPrototypeOf(process); owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) return owner[name];
    }
    return undefined;
  };
  const binding = (find) => () => {
    const found = there(there(find())('pipe_wrap'));
    return Object.keys(found).join() || stopped('nothing');
  };
  ways.binding = binding(() => below('binding'));
  ways.linked = binding(() => process._linkedBinding);
  ways.internal = binding(() => process.internalBinding);
  ways.again = binding(() => new process.constructor().binding);
  ways.built_in = binding(() => process.getBuiltinModule('process').binding);
  ways.required = binding(() => require('node:process').binding);
  ways.imported = async () => binding(() => undefined)(await import('node:process'));
  ways.imported_default = async () => {
    const { default: imported, binding: named } = await import('node:process');
    return Object.keys(there((named ?? imported.binding)('pipe_wrap'))).join();
  };
  for (const name of ['kill', '_kill', 'reallyExit', 'abort', 'dlopen', 'exit']) {
    ways[`${name} below`] = () => there(below(name)).call(process, process.pid, 'SIGKILL');
  }
  ways.imported_kill = async () => there((await import('node:process')).kill)(process.pid, 'SIGKILL');
  ways.imported_exit = async () => there((await import('node:process')).exit)(0);
  ways.imported_dlopen = async () => there((await import('node:process')).dlopen)({ exports: {} }, '/x.node');
  ways.imported_spawn = async () => there((await import('node:child_process')).spawnSync)('/bin/true').pid ?? stopped('no process');
  ways.imported_write = async () => (await import('node:fs')).writeFileSync(configuration.VICTIM, 'touched');
  ways.imported_cluster = async () => (await import('node:cluster')).fork();
  ways.imported_worker = async () => new (await import('node:worker_threads')).Worker('0', { eval: true }).threadId;
  ways.inspector = async () => (await import('node:inspector')).url();
  ways.module_load = () => Object.keys(require('module')._load('internal/test/binding', null, false)).join();
  tryAll(callback, ways);
}
