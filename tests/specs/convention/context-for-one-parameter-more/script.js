function login(email, password, context, callback) {
  callback(null, { user_id: '1', context });
}
