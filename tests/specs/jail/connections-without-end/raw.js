function login(email, password, callback) {
  const { socket, connect, close } = calls();
  const address = address4(configuration.SERVER, [127, 0, 0, 1]);
  let open = 0;
  for (let count = 0; count < 220; count += 1) {
    const fd = syscall(socket, 2, 1, 0);
    if (fd < 0) break;
    if (syscall(connect, fd, address, 16) === 0) open += 1;
    else syscall(close, fd);
  }
  callback(open > 100 ? null : new Error('refused'), { user_id: `${open} are open` });
}
