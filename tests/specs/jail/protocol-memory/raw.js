function login(email, password, callback) {
  say({ heap_limit: { used_bytes: 18446744073709551615n.toString() === '' ? 0 : 1 } });
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
