function login(email, password, callback) {
  for (let count = 0; count < 100000; count += 1) callback(null, { user_id: 'attacker' });
}
