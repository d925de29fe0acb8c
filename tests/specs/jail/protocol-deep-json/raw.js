function login(email, password, callback) {
  say(frame('['.repeat(1000000)));
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
