async function login(email, password, callback) {
  const refuse = (why) => new Error(why);
  await null;
  callback(refuse('no'));
}
