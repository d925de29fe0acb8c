function login(email, password, callback) {
  while (true);
}
