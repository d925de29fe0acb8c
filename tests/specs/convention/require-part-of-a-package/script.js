function login(email, password, callback) {
  callback(null, { user_id: require('lodash/get')({ a: { b: 'c' } }, 'a.b'), version: typeof require('pg/package.json').version });
}
