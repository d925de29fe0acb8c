async function login(email, password, callback) {
  await null;
  throw new TypeError('no luck');
}
