function login(email, password, callback) {
  for (let count = 0; count < 10; count += 1) say({ ready: { version: 1 } });
  say('"bound"');
  setTimeout(() => callback(null, { user_id: 'attacker' }), 5000);
}
