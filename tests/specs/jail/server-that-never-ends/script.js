function login(email, password, callback) {
  fetch(`http://127.0.0.1:${configuration.SERVER}/bomb`)
    .then((answer) => answer.arrayBuffer())
    .then(() => callback(null, { user_id: 'read it all' }), callback);
}
