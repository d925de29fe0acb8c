function login(email, password, callback) {
  const { socket, connect, socketpair, sendto, bind } = calls();
  const { SOCKET, DATAGRAMS, ABSTRACT } = configuration;
  const pair = () => {
    const both = new Int32Array(2);
    const made = syscall(socketpair, 1, 2, 0, both);
    return made < 0 ? made : both[0];
  };
  const to = (fd, path) => {
    if (fd < 0) return fd;
    const address = addressUnix(path);
    return syscall(connect, fd, address, address.length);
  };
  callAll(callback, {
    stream: () => syscall(socket, 1, 1, 0),
    datagrams: () => syscall(socket, 1, 2, 0),
    half_of_a_pair: () => to(pair(), DATAGRAMS),
    half_of_a_pair_abstract: () => to(pair(), `\0${ABSTRACT}`),
    half_of_a_pair_addressed: () => {
      const address = addressUnix(DATAGRAMS);
      const fd = pair();
      return fd < 0 ? fd : syscall(sendto, fd, 'x', 1, 0, address, address.length);
    },
    half_of_a_pair_bound: () => {
      const address = addressUnix(`${configuration.FOLDER}/new`);
      const fd = pair();
      return fd < 0 ? fd : syscall(bind, fd, address, address.length);
    },
    control_socket: () => to(3, SOCKET),
  });
}
