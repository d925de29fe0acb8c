function login(email, password, callback) {
  const { setuid, setgid, setgroups, capset, prctl, setrlimit, prlimit64, setpriority, sched_setscheduler, sched_setattr, sched_setaffinity, ioprio_set } = calls();
  const supervisor = +configuration.SUPERVISOR;
  const everything = () => {
    const sets = new Uint32Array(6);
    return sets.fill(0xffffffff);
  };
  const unlimited = new BigUint64Array(2).fill(0xffffffffffffffffn);
  callAll(callback, {
    setgroups: () => syscall(setgroups, 1, new Uint32Array(1)),
    capset: () => syscall(capset, new Uint32Array([0x20080522, 0]), everything()),
    ambient: () => syscall(prctl, 47, 2, 21, 0, 0),
    death_signal: () => syscall(prctl, 1, 0, 0, 0, 0),
    raise_files: () => syscall(setrlimit, 7, unlimited),
    raise_data: () => syscall(setrlimit, 2, unlimited),
    raise_file_size: () => syscall(prlimit64, 0, 1, unlimited, 0),
    limit_the_supervisor: () => syscall(prlimit64, supervisor, 7, new BigUint64Array(2), 0),
    limits_of_the_supervisor: () => syscall(prlimit64, supervisor, 7, 0, new BigUint64Array(2)),
    priority: () => syscall(setpriority, 0, 0, -20),
    priority_of_the_supervisor: () => syscall(setpriority, 0, supervisor, 19),
    real_time: () => syscall(sched_setscheduler, 0, 1, new Uint32Array([99])),
    scheduler_of_the_supervisor: () => syscall(sched_setscheduler, supervisor, 5, new Uint32Array(1)),
    affinity_of_the_supervisor: () => syscall(sched_setaffinity, supervisor, 8, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0])),
    io_priority: () => syscall(ioprio_set, 1, supervisor, 0x2000),
  });
}
