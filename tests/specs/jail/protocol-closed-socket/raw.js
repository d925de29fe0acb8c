function login(email, password, callback) {
  syscall(calls().close, 3);
  for (let fd = 4; fd < 64; fd += 1) syscall(calls().close, fd);
  while (true);
}
