function login(email, password, callback) {
  callback(null, { user_id: require('lodash@4.17.21/get')({ a: 'b' }, 'a') });
}
