function login(email, password, callback) {
  new Promise(() => {}).then(() => callback(null, { user_id: '1' }));
}
