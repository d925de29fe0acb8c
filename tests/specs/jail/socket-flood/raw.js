function login(email, password, callback) {
  const { socket, dup } = calls();
  let made = 0;
  while (made < 5000 && syscall(socket, 2, 1, 0) >= 0) made += 1;
  while (made < 5000 && syscall(dup, 0) >= 0) made += 1;
  callback(null, { user_id: made < 256 ? 'bounded' : `${made} descriptors` });
}
