function login(email, password, callback) {
  return { get then() { while (true); } };
}
