function login(email, password, callback) {
  say(new Uint8Array([0, 0, 16, 0, 123]));
}
