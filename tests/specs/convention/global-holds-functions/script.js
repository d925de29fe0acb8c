async function login(email, password, callback) {
  global.token = global.token || (async () => ({ value: 'token', at: Symbol('s') }))();
  global.log = global.log || ((text) => console.log(text));
  global.log(typeof (await global.token).at);
  callback(null, { user_id: (await global.token).value });
}
