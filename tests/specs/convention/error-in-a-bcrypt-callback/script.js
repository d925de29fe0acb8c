function login(email, password, callback) {
  require('bcrypt').hash(password, 4, (error, hash) => {
    throw new Error('no luck');
  });
}
