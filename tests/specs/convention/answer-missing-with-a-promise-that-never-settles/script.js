async function login(email, password, callback) {
  await new Promise(() => {});
  callback(null, { user_id: '1' });
}
