function login(email, password, callback) {
  const ways = {};
  const engine = globalThis.Deno ?? {};
  // In a namespace of its own the worker is the first process, and has no parent.
  const parent = process.ppid > 1 ? process.ppid : +configuration.SUPERVISOR;
  const first = () => (process.pid === 1 ? stopped('the first is the worker itself') : process.kill(1, 0));
  for (const [who, id] of [['supervisor', +configuration.SUPERVISOR], ['neighbour', +configuration.NEIGHBOUR], ['parent', parent], ['all', -1],
    ['group of the supervisor', -configuration.SUPERVISOR]]) {
    // Whatever else the signal could reach is spared, should a wall be down.
    const signals = id > 1 ? [0, 'SIGKILL', 'SIGSTOP', 'SIGTERM', 'SIGUSR1'] : [0];
    for (const signal of signals) ways[`${who} ${signal}`] = () => process.kill(id, signal);
    if (id > 1) ways[`${who} by the engine`] = () => there(engine.kill)(id, 'SIGKILL');
  }
  ways.first = first;
  ways.debug = () => there(process._debugProcess)(+configuration.SUPERVISOR);
  tryAll(callback, ways);
}
