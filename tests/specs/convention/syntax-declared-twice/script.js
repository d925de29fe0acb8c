function login(email, password, callback) {
  const user = 1;
  let user = 2;
}
