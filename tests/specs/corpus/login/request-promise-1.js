function login(email, password, callback) {
  const rp = require('request-promise@1.0.2');
  rp({ method: 'POST', uri: configuration.HTTP + '/login', body: { email, password: 'wrong' }, json: true })
    .then((user) => callback(null, user))
    .catch((error) => {
      if (error.statusCode === 401) return callback(new WrongUsernameOrPasswordError(email, error.error.error_description));
      callback(error);
    });
}
