function login(email, password, callback) {
  const lodash = require('lodash');
  lodash.count = (lodash.count || 0) + 1;
  callback(null, { user_id: String(lodash.count), same: lodash === require('lodash') });
}
