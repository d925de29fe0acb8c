function login(email, password, callback) {
  callback(null, { user_id: 9007199254740993, a: NaN, b: -Infinity, c: -0, d: 1e21, e: 0.1 + 0.2, f: 5e-324, g: 1.0 });
}
