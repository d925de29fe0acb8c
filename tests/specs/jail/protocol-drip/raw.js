function login(email, password, callback) {
  const line = frame({ console: { run: null, line: { level: 'log', text: 'x'.repeat(3000) } } });
  for (let at = 0; at < line.length; at += 1) say(line.subarray(at, at + 1));
  callback(null, { user_id: 'attacker' });
}
