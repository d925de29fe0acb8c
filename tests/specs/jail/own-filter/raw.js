function login(email, password, callback) {
  const { seccomp, prctl, socket, connect } = calls();
  const allow = new Uint8Array([6, 0, 0, 0, 0, 0, 255, 127]);
  const notify = new Uint8Array([6, 0, 0, 0, 0, 0, 192, 127]);
  const program = (instruction) => new BigUint64Array([1n, addressOf(instruction)]);
  callAll(callback, {
    listener: () => syscall(seccomp, 1, 8, program(notify)),
    then_connect: () => {
      syscall(seccomp, 1, 0, program(allow));
      return syscall(connect, syscall(socket, 2, 1, 0), address4(configuration.TCP, [127, 0, 0, 1]), 16);
    },
    strict: () => syscall(prctl, 22, 9, 0, 0, 0) === 0 ? 'took it' : -1,
  });
}
