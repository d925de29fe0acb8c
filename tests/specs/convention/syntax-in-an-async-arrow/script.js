async (email, password, callback) => {
  const user = await find(email;
  callback(null, user);
}
