function login(email, password, callback) {
  syscall(calls().exit, 0);
  callback(null, { user_id: 'still there' });
}
