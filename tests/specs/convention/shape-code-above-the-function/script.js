'use strict';
const prefix = 'legacy';

function login(email, password, callback) {
  callback(null, { user_id: prefix + '-1', email, strict: this === null });
}
