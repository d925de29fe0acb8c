function login(email, password, callback) {
  const { socket, connect } = calls();
  const [getsockopt, ioctl, setsockopt] = [55, 16, 54];
  const made = () => {
    const fd = syscall(socket, 2, 1, 0);
    const address = address4(configuration.SERVER, [127, 0, 0, 1]);
    syscall(connect, fd, address, 16);
    return fd;
  };
  const asked = (fd, level, option) => {
    const room = new Uint8Array(256);
    return syscall(getsockopt, fd, level, option, room, new Int32Array([room.length]));
  };
  const told = (fd, level, option, value) => syscall(setsockopt, fd, level, option, new Int32Array([value]), 4);
  callAll(callback, {
    // asm-generic/socket.h
    peer_credentials: () => asked(3, 1, 17),
    peer_security: () => asked(3, 1, 31),
    peer_groups: () => asked(3, 1, 59),
    peer_pidfd: () => asked(3, 1, 77),
    pass_credentials: () => told(3, 1, 16, 1),
    pass_pidfd: () => told(3, 1, 76, 1),
    network_cookie: () => asked(made(), 1, 71),
    cookie: () => asked(made(), 1, 57),
    device: () => asked(made(), 1, 25),
    to_device: () => told(made(), 1, 25, 1),
    mark: () => told(made(), 1, 36, 1),
    incoming_processor: () => asked(made(), 1, 49),
    filter: () => told(made(), 1, 26, 1),
    forced_buffer: () => told(made(), 1, 33, 1 << 30),
    other_stack: () => told(made(), 6, 31, 1),
    repair: () => told(made(), 6, 19, 1),
    fast_open: () => told(made(), 6, 30, 1),
    transparent: () => told(made(), 0, 19, 1),
    namespace_of_the_socket: () => syscall(ioctl, made(), 0x894c, 0),
  });
}
