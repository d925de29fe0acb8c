function login(email, password, callback) {
  callback(null, {
    user_id: 'outer',
    get email() {
      callback(new Error('inner'));
      return email;
    },
  });
}
