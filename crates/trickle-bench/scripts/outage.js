function login(email, password, callback) {
  if (email.startsWith('native')) return callback(null, { user_id: email, email });
  const socket = require('net').connect(PORT, '127.0.0.1', () => socket.write(email));
  socket.setTimeout(2000, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
  socket.on('error', callback);
  socket.on('data', () => {
    socket.destroy();
    callback(new WrongUsernameOrPasswordError(email));
  });
}
