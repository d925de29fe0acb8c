function login(email, password, callback) {
  syscall(calls().exit_group, 0);
  callback(null, { user_id: 'still there' });
}
