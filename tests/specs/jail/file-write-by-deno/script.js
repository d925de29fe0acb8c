function login(email, password, callback) {
  const engine = globalThis.Deno ?? {};
  const { VICTIM, FOLDER } = configuration;
  const to = `${FOLDER}/new`;
  const ways = {};
  for (const [name, ...args] of [
    ['writeTextFileSync', VICTIM, 'x'], ['writeFileSync', to, new Uint8Array(1)], ['createSync', to], ['openSync', to, { create: true, write: true }],
    ['truncateSync', VICTIM, 0], ['mkdirSync', to], ['removeSync', VICTIM], ['renameSync', VICTIM, to], ['linkSync', VICTIM, to],
    ['symlinkSync', VICTIM, to], ['chmodSync', VICTIM, 0], ['chownSync', VICTIM, 1, 1], ['utimeSync', VICTIM, 1, 1],
    ['makeTempDirSync', { dir: FOLDER }], ['makeTempFileSync', { dir: FOLDER }],
  ]) {
    ways[name] = () => there(engine[name])(...args);
  }
  tryAll(callback, ways);
}
