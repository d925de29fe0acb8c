function login(email, password, callback) {
  const { socket, connect, sendto } = calls();
  const { TCP } = configuration;
  const to4 = (octets) => syscall(connect, syscall(socket, 2, 1, 0), address4(TCP, octets), 16);
  const to6 = (bytes, length = 28) => syscall(connect, syscall(socket, 10, 1, 0), address6(TCP, bytes), length);
  const own = configuration.MACHINE.split('.').map(Number);
  callAll(callback, {
    loopback: () => to4([127, 0, 0, 1]),
    zero: () => to4([0, 0, 0, 0]),
    last_loopback: () => to4([127, 255, 255, 254]),
    own: () => to4(own),
    broadcast: () => to4([255, 255, 255, 255]),
    loopback6: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    any6: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    short6: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 24),
    mapped: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1]),
    compatible: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1]),
    mapped_zero: () => to6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0]),
    nat64: () => to6([0, 100, 255, 155, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1]),
    link_local: () => to6([254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    trailing_bytes: () => syscall(connect, syscall(socket, 2, 1, 0), new Uint8Array([...address4(TCP, [127, 0, 0, 1]), ...new Uint8Array(100)]), 116),
    upper_bits_of_the_length: () => syscall(connect, syscall(socket, 2, 1, 0), address4(TCP, [127, 0, 0, 1]), 0x100000010),
    fast_open: () => syscall(sendto, syscall(socket, 2, 1, 0), 'x', 1, 0x20000000, address4(TCP, [127, 0, 0, 1]), 16),
    addressed_stream: () => syscall(sendto, syscall(socket, 2, 1, 0), 'x', 1, 0, address4(TCP, [127, 0, 0, 1]), 16),
  });
}
