function login(email, password, callback) {
  say(new Uint8Array(64).fill(255));
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
