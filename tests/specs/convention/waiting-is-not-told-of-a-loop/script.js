function login(email, password, callback) {
  setTimeout(callback, 5);
  for (;;);
}
