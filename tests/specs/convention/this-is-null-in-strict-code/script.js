function login(email, password, callback) {
  'use strict';
  callback(null, { user_id: String(this) });
}
