async function login(email, password, callback) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await require('util').promisify(require('crypto').randomBytes)(8);
}
