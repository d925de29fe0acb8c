function login(email, password, callback) {
  const { mmap } = calls();
  const kept = [];
  let refused = 0;
  for (let count = 0; count < 400 && refused < 3; count += 1) {
    const at = syscall(mmap, 0, 16 << 20, 3, 0x22, -1, 0);
    if (at < 0 && at > -4096) refused += 1;
    else kept.push(at);
  }
  // More than the worker may have would be 6400 MiB.
  callback(null, { user_id: refused ? 'bounded' : `${kept.length * 16} MiB` });
}
