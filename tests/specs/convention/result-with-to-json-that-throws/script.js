function login(email, password, callback) {
  callback(null, { user_id: '1', at: { toJSON() { throw new TypeError('no json'); } } });
}
