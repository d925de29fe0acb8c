function login(email, password, callback) {
  const { socket, connect, sendto, bind } = calls();
  const { SERVER } = configuration;
  const there4 = address4(SERVER, [127, 0, 0, 1]);
  const huge = 0xffffffffffffffffn;
  for (const fd of [-1, -100, 2147483647, -2147483648, 0, 1, 2, 5, 6, 200, huge]) {
    for (const [address, length] of [[there4, 16], [there4, 0], [there4, 1], [there4, 128], [there4, 129], [there4, huge], [0, 16], [8, 16], [huge, 16], [new Uint8Array(128), 128]]) {
      syscall(connect, fd, address, length);
      syscall(bind, fd, address, length);
      syscall(sendto, fd, there4, huge, 0, address, length);
      syscall(sendto, fd, huge, 16, 0xffffffff, address, length);
    }
  }
  const served = syscall(connect, syscall(socket, 2, 1, 0), there4, 16);
  callback(null, { user_id: served === 0 ? 'served' : `answered ${served}` });
}
