function login(email, password, callback) {
  callback(null, { user_id: 1, email, when: new Date(0), none: undefined, fn() {}, nested: { map: new Map([[1, 2]]), list: [undefined, NaN] } }, callback);
}
