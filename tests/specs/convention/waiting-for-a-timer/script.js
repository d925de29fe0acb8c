function login(email, password, callback) {
  setTimeout(() => callback(null, { user_id: '1' }), 60000);
  setInterval(() => {}, 1000);
  setTimeout(() => {}, 1);
}
