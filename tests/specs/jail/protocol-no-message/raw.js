function login(email, password, callback) {
  say({ something: 'else' });
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
