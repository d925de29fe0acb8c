function login(email, password, callback) {
  fetch(`http://127.0.0.1:${configuration.SERVER}/drip`).then((answer) => answer.text()).then(() => callback(null, { user_id: 'read it all' }), callback);
}
