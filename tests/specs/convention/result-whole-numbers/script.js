function login(email, password, callback) {
  callback(null, { user_id: 175928847299117063, list: [0, -1, 2147483648, 3000000000, 1e12, -5000000000, 9007199254740991] });
}
