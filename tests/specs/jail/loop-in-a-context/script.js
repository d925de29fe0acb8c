function login(email, password, callback) {
  require('vm').runInNewContext('while (true);', {}, { timeout: 1e6 });
}
