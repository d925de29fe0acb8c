async function login(email, password, callback) {
  await null;
  throw null;
}
