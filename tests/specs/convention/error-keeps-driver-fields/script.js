function login(email, password, callback) {
  const error = new Error("Access denied for user 'app'");
  callback(Object.assign(error, { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, sqlState: '28000' }));
}
