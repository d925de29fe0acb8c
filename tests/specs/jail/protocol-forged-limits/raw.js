function login(email, password, callback) {
  say({ over_limit: { kind: 'dns_queries', run: 1, used: 1 } });
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
