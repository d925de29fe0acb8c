function login(email, password, callback) {
  if (email.startsWith('native') && password === 'correct horse battery staple') return callback(null, { user_id: email, email });
  const socket = require('net').connect(PORT, '127.0.0.1', () => socket.write(email));
  socket.on('error', callback);
  socket.on('data', () => {
    socket.destroy();
    callback(email.startsWith('legacy') ? new WrongUsernameOrPasswordError(email) : null);
  });
}
