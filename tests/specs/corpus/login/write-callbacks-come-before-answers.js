function login(email, password, callback) {
  const { hostname, port } = new URL(configuration.HTTP);
  const order = [];
  const socket = require('net').connect(port, hostname);
  const ask = () => socket.write(`GET /text HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`, () => order.push('written'));
  socket.on('connect', ask);
  socket.on('error', callback);
  socket.on('data', () => {
    order.push('answered');
    if (order.length < 200) return ask();
    socket.destroy();
    callback(null, { user_id: '1', email, order: order.join(' ') });
  });
}
