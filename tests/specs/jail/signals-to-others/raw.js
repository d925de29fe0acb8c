function login(email, password, callback) {
  const { kill, tkill, tgkill, rt_sigqueueinfo, pidfd_open, pidfd_send_signal, pidfd_getfd, process_mrelease } = calls();
  const ways = {};
  for (const [who, id] of [['supervisor', +configuration.SUPERVISOR], ['neighbour', +configuration.NEIGHBOUR], ['all', -1], ['group of the supervisor', -configuration.SUPERVISOR]]) {
    // Whatever else the signal could reach is spared, should a wall be down.
    const signals = id > 0 ? [0, 9, 19] : [0];
    for (const signal of signals) {
      ways[`kill ${who} ${signal}`] = () => syscall(kill, id, signal);
      ways[`tkill ${who} ${signal}`] = () => syscall(tkill, id, signal);
      ways[`tgkill ${who} ${signal}`] = () => syscall(tgkill, id, id, signal);
      ways[`queue ${who} ${signal}`] = () => syscall(rt_sigqueueinfo, id, signal, new Uint8Array(128));
    }
    ways[`pidfd ${who}`] = () => syscall(pidfd_open, id, 0);
  }
  ways.pidfd_signal = () => syscall(pidfd_send_signal, 0, 9, 0, 0);
  ways.pidfd_getfd = () => syscall(pidfd_getfd, 0, 3, 0);
  ways.reap = () => syscall(process_mrelease, 0, 0);
  callAll(callback, ways);
}
