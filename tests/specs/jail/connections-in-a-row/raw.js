function login(email, password, callback) {
  const { socket, connect, close } = calls();
  const address = address4(configuration.SERVER, [127, 0, 0, 1]);
  let made = 0;
  for (let count = 0; count < 300; count += 1) {
    const fd = syscall(socket, 2, 1, 0);
    if (syscall(connect, fd, address, 16) === 0) made += 1;
    syscall(close, fd);
  }
  callback(made > 100 ? null : new Error('refused'), { user_id: `${made} were made` });
}
