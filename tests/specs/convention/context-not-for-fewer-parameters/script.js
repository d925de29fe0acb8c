function login(email, password = 'none', callback) {
  callback(null, { user_id: email, password, count: arguments.length });
}
