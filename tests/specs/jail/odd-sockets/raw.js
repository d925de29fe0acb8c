function login(email, password, callback) {
  const { socket, connect, setsockopt, bind, listen, accept, accept4 } = calls();
  const { TCP } = configuration;
  const there4 = address4(TCP, [127, 0, 0, 1]);
  const families = { unix: 1, ax25: 3, ipx: 4, netlink: 16, packet: 17, rds: 21, bluetooth: 31, can: 29, tipc: 30, alg: 38, nfc: 39, vsock: 40, kcm: 41, smc: 43, xdp: 44, qrtr: 42 };
  const ways = {};
  for (const [name, family] of Object.entries(families)) {
    ways[name] = () => syscall(socket, family, 1, 0);
    ways[`${name} raw`] = () => syscall(socket, family, 3, 0);
  }
  callAll(callback, {
    ...ways,
    raw: () => syscall(socket, 2, 3, 255),
    raw_tcp: () => syscall(socket, 2, 3, 6),
    raw_icmp: () => syscall(socket, 2, 3, 1),
    packet: () => syscall(socket, 2, 10, 768),
    multipath: () => {
      const fd = syscall(socket, 2, 1, 262);
      return fd < 0 ? fd : syscall(connect, fd, there4, 16);
    },
    sctp_connectx: () => {
      const fd = syscall(socket, 2, 1, 132);
      return fd < 0 ? fd : syscall(setsockopt, fd, 132, 110, there4, 16);
    },
    sctp_many: () => {
      const fd = syscall(socket, 2, 5, 132);
      return fd < 0 ? fd : syscall(setsockopt, fd, 132, 110, there4, 16);
    },
    sctp: () => {
      const fd = syscall(socket, 2, 1, 132);
      return fd < 0 ? fd : syscall(connect, fd, there4, 16);
    },
    dccp: () => syscall(socket, 2, 6, 33),
    fast_open_connect: () => {
      const fd = syscall(socket, 2, 1, 0);
      syscall(setsockopt, fd, 6, 30, new Int32Array([1]), 4);
      return syscall(connect, fd, there4, 16);
    },
    repair: () => syscall(setsockopt, syscall(socket, 2, 1, 0), 6, 19, new Int32Array([1]), 4),
    transparent: () => syscall(setsockopt, syscall(socket, 2, 1, 0), 0, 19, new Int32Array([1]), 4),
    mark: () => syscall(setsockopt, syscall(socket, 2, 1, 0), 1, 36, new Int32Array([1]), 4),
    bound_to_loopback: () => {
      const fd = syscall(socket, 2, 1, 0);
      syscall(setsockopt, fd, 1, 25, 'lo', 2);
      return syscall(connect, fd, there4, 16);
    },
    bind_stream: () => syscall(bind, syscall(socket, 2, 1, 0), there4, 16),
    listen: () => syscall(listen, syscall(socket, 2, 1, 0), 8),
    accept: () => syscall(accept, syscall(socket, 2, 1, 0), 0, 0),
    accept4: () => syscall(accept4, syscall(socket, 2, 1, 0), 0, 0, 0),
  });
}
