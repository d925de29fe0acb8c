function login(email, password, callback) {
  for (const act of [() => new Array(2 ** 32 - 1).fill(0), () => 'x'.repeat(2 ** 29), () => new ArrayBuffer(2 ** 40), () => Buffer.alloc(2 ** 33), () => 'abc'.padEnd(2 ** 29),
    () => Array.from({ length: 1e9 }), () => [...Array(1e9)], () => new WebAssembly.Memory({ initial: 65536 }), () => Math.max(...new Array(1e7))]) {
    try {
      act();
    } catch {
      // The next one.
    }
  }
  callback(null, { user_id: 'attacker' });
}
