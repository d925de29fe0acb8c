function login(email, password, callback) {
  callback({ get message() { while (true); } });
}
