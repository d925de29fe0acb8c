function login(email, password, callback) {
  const { ptrace, kcmp, process_madvise, move_pages, migrate_pages, prctl, perf_event_open } = calls();
  const [attach, seize, traceme] = [16, 0x4206, 0];
  const ways = { traceme: () => syscall(ptrace, traceme, 0, 0, 0), parent: () => syscall(ptrace, attach, process.ppid, 0, 0) };
  for (const [who, id] of [['supervisor', +configuration.SUPERVISOR], ['neighbour', +configuration.NEIGHBOUR]]) {
    ways[`attach ${who}`] = () => syscall(ptrace, attach, id, 0, 0);
    ways[`seize ${who}`] = () => syscall(ptrace, seize, id, 0, 0);
    ways[`kcmp ${who}`] = () => syscall(kcmp, id, id, 0, 3, 3);
    ways[`move_pages ${who}`] = () => syscall(move_pages, id, 0, 0, 0, 0, 0);
    ways[`migrate_pages ${who}`] = () => syscall(migrate_pages, id, 64, new Uint8Array(8), new Uint8Array(8));
    ways[`perf ${who}`] = () => syscall(perf_event_open, new Uint8Array(128), id, -1, -1, 0);
  }
  ways.madvise = () => syscall(process_madvise, 3, new Uint8Array(16), 1, 4, 0);
  callAll(callback, ways);
}
