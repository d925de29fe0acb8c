function login(email, password, callback) {
  const net = require('net');
  const sockets = [];
  let connected = 0;
  const done = () => {
    for (const socket of sockets) socket.destroy();
    callback(null, { user_id: connected <= 100 ? 'bounded' : `${connected} sockets` });
  };
  for (let count = 0; count < 1000; count += 1) {
    const socket = net.connect(configuration.SERVER, '127.0.0.1');
    socket.on('connect', () => { connected += 1; });
    socket.on('error', () => {});
    sockets.push(socket);
  }
  setTimeout(done, 1000);
}
