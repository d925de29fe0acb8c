function login(email, password, callback) {
  let store;
  try {
    store = require('no-such-package');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    store = { id: 'fallback' };
  }
  callback(null, { user_id: store.id });
}
