function login(email, password, callback) {
  require('lodash');
  require('bcrypt');
  require('crypto');
  require('lodash/get');
  callback(null, { user_id: '1' });
}
