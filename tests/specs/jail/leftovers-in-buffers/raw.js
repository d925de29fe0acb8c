function login(email, password, callback) {
  const { mmap } = calls();
  const room = syscall(mmap, 0, 64 << 20, 3, 0x22, -1, 0);
  callback(null, { user_id: room > 0 ? 'attacker' : 'no memory' });
}
