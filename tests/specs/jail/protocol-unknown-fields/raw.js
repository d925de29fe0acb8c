function login(email, password, callback) {
  say({ heap_limit: { used_bytes: 1, and: 1 } });
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
