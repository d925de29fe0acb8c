function login(email, password, callback) {
  const { Client } = require('pg@8.7.1');
  callback(null, { user_id: typeof Client });
}
