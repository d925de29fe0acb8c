function login(email, password, callback) {
  const { x32, getpid } = calls();
  callback(null, { user_id: String(syscall(x32 + getpid)) });
}
