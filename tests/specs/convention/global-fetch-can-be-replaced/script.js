function login(email, password, callback) {
  global.fetch = require('node-fetch');
  callback(null, { user_id: String(fetch === require('node-fetch')), headers: typeof Headers });
}
