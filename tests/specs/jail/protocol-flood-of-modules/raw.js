function login(email, password, callback) {
  const line = frame({ module: { run: null, module: { requested: 'x', resolved: 'x' } } });
  for (let count = 0; count < 100000; count += 1) if (say(line) < 0) break;
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
