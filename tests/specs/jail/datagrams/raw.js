function login(email, password, callback) {
  const { socket, connect, sendto, sendmsg, sendmmsg, bind } = calls();
  const { UDP } = configuration;
  const four = address4(UDP, [127, 0, 0, 1]);
  const on = (fd, use) => (fd < 0 ? fd : use(fd));
  const message = () => {
    const data = new Uint8Array([120]);
    const piece = new BigUint64Array([addressOf(data), 1n]);
    return new BigUint64Array([addressOf(four), 16n, addressOf(piece), 1n, 0n, 0n, 0n]);
  };
  const bytes6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  callAll(callback, {
    connect: () => on(syscall(socket, 2, 2, 0), (fd) => syscall(connect, fd, four, 16)),
    sendto: () => on(syscall(socket, 2, 2, 0), (fd) => syscall(sendto, fd, 'x', 1, 0, four, 16)),
    sendto6: () => on(syscall(socket, 10, 2, 0), (fd) => syscall(sendto, fd, 'x', 1, 0, address6(UDP, bytes6), 28)),
    sendmsg: () => on(syscall(socket, 2, 2, 0), (fd) => syscall(sendmsg, fd, message(), 0)),
    sendmmsg: () => on(syscall(socket, 2, 2, 0), (fd) => syscall(sendmmsg, fd, message(), 1, 0)),
    bound_to_the_port: () => on(syscall(socket, 2, 2, 0), (fd) => syscall(bind, fd, four, 16)),
    light: () => {
      const fd = syscall(socket, 2, 2, 136);
      return fd < 0 ? fd : syscall(sendto, fd, 'x', 1, 0, four, 16);
    },
    ping: () => {
      const fd = syscall(socket, 2, 2, 1);
      return fd < 0 ? fd : syscall(sendto, fd, new Uint8Array([8, 0, 0, 0, 0, 0, 0, 0]), 8, 0, four, 16);
    },
  });
}
