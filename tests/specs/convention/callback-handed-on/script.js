function login(email, password, callback) {
  Promise.resolve({ user_id: '1' }).then((user) => user).then(callback.bind(null, null), callback);
}
