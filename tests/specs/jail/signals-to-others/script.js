function login(email, password, callback) {
  const ways = {};
  const engine = globalThis.Deno ?? {};
  for (const [who, id] of [['supervisor', +configuration.SUPERVISOR], ['neighbour', +configuration.NEIGHBOUR], ['parent', process.ppid], ['all', -1],
    ['group of the supervisor', -configuration.SUPERVISOR], ['first', 1]]) {
    // Whatever else the signal could reach is spared, should a wall be down.
    const signals = id > 1 ? [0, 'SIGKILL', 'SIGSTOP', 'SIGTERM', 'SIGUSR1'] : [0];
    for (const signal of signals) ways[`${who} ${signal}`] = () => process.kill(id, signal);
    if (id > 1) ways[`${who} by the engine`] = () => there(engine.kill)(id, 'SIGKILL');
  }
  ways.debug = () => there(process._debugProcess)(+configuration.SUPERVISOR);
  tryAll(callback, ways);
}
