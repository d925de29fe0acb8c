function login(email, password, callback) {
  say({ settled: { run: 4294967295 } });
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
