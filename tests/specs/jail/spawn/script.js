function login(email, password, callback) {
  const child = require('child_process');
  const { PROGRAM } = configuration;
  const engine = globalThis.Deno ?? {};
  const ended = (one) => heard(one, 'exit');
  tryAll(callback, {
    exec: () => called((done) => child.exec(PROGRAM, done)),
    execSync: () => child.execSync(PROGRAM),
    execFile: () => called((done) => child.execFile(PROGRAM, done)),
    execFileSync: () => child.execFileSync(PROGRAM),
    spawn: () => ended(child.spawn(PROGRAM)),
    spawn_shell: () => ended(child.spawn('id', { shell: true })),
    spawnSync: () => child.spawnSync(PROGRAM).error ?? 'started',
    fork: () => ended(child.fork(PROGRAM)),
    class: () => {
      const one = new child.ChildProcess();
      setTimeout(() => one.spawn({ file: PROGRAM, args: [PROGRAM], stdio: 'pipe' }), 1);
      return ended(one);
    },
    cluster: () => ended(there(there(require('cluster').fork)().process)),
    command: () => new (there(engine.Command))(PROGRAM).outputSync(),
    run: () => there(engine.run)({ cmd: [PROGRAM] }),
    require_again: () => {
      delete require.cache.child_process;
      return process.getBuiltinModule('child_process').execSync(PROGRAM);
    },
    prototype: () => Object.getPrototypeOf(child).execSync?.(PROGRAM) ?? stopped('nothing there'),
    promisified: () => require('util').promisify(child.exec)(PROGRAM),
    custom_promisified: () => there(child.exec[require('util').promisify.custom])(PROGRAM),
    replace: () => there(process.execve)(PROGRAM, [], {}),
  });
}
