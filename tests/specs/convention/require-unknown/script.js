function login(email, password, callback) {
  const store = require('no-such-package');
}
