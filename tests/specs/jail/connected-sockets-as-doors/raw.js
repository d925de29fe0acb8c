function login(email, password, callback) {
  const { socket, connect, bind, listen, accept, sendto, setsockopt } = calls();
  const { SERVER, TCP } = configuration;
  const ioctl = 16;
  const any4 = address4(0, [0, 0, 0, 0]);
  const private4 = address4(TCP, [127, 0, 0, 1]);
  const connected = () => {
    const fd = syscall(socket, 2, 1, 0);
    const answer = syscall(connect, fd, address4(SERVER, [127, 0, 0, 1]), 16);
    return answer === 0 ? fd : stopped(`no connection: ${answer}`);
  };
  const dissolved = () => {
    const fd = connected();
    syscall(connect, fd, new Uint8Array(16), 16);
    return fd;
  };
  const one = new Uint8Array([1, 0, 0, 0]);
  const room = () => new Uint8Array(256);
  const ways = {
    again: () => (syscall(connect, connected(), private4, 16) === -106 ? stopped('EISCONN') : 0),
    after_dissolving: () => syscall(connect, dissolved(), private4, 16),
    bind: () => syscall(bind, dissolved(), any4, 16),
    listen: () => syscall(listen, dissolved(), 5),
    accept: () => syscall(accept, dissolved(), 0, 0),
    send: () => syscall(sendto, dissolved(), one, 4, 0x4000, private4, 16),
    fast_open: () => syscall(sendto, dissolved(), one, 4, 0x20004000, private4, 16),
  };
  // Interfaces, addresses, routes, neighbours and hardware of the supervisor's network (linux/sockios.h).
  for (const request of [0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891b, 0x8927, 0x8933, 0x8946, 0x8954, 0x890b, 0x8914, 0x8916, 0x89f0]) {
    ways[`ioctl_${request.toString(16)}`] = () => syscall(ioctl, connected(), request, room());
  }
  // Other devices, marks, foreign sources, repair, what is fast open, other upper layers, groups, filters, buffers beyond the limit.
  for (const [level, name] of [[1, 25], [1, 36], [1, 26], [1, 33], [0, 19], [0, 15], [6, 19], [6, 30], [6, 31], [41, 20], [0, 35], [41, 75]]) {
    ways[`option_${level}_${name}`] = () => syscall(setsockopt, connected(), level, name, one, 4);
  }
  callAll(callback, ways);
}
