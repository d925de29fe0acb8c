function login(email, password, callback) {
  const { execve, execveat, fork, vfork, clone, clone3, exit_group, openat } = calls();
  const { PROGRAM } = configuration;
  const list = new BigUint64Array(1);
  const split = (number, ...args) => {
    const child = syscall(number, ...args);
    if (child === 0) syscall(exit_group, 0);
    return child;
  };
  const thread = 0x10000;
  const signal = 17;
  callAll(callback, {
    execve: () => syscall(execve, PROGRAM, list, list),
    execve_shell: () => syscall(execve, '/bin/sh', list, list),
    execveat: () => syscall(execveat, -100, PROGRAM, list, list, 0),
    execveat_own: () => syscall(execveat, -100, '/proc/self/exe', list, list, 0),
    fork: () => split(fork),
    vfork: () => split(vfork),
    clone: () => split(clone, signal, 0, 0, 0, 0),
    clone_shared_memory: () => split(clone, 0x100 | signal, 0, 0, 0, 0),
    clone_parent: () => split(clone, 0x8000 | signal, 0, 0, 0, 0),
    clone3: () => split(clone3, new BigUint64Array(11), 88),
    own_program: () => syscall(openat, -100, '/proc/self/exe', 0, 0),
  });
}
