// The last bytes and the end in one packet: what a data handler puts off with setImmediate comes before the end.
function login(email, password, callback) {
  const order = [];
  const socket = require('net').connect(Number(configuration.ENDING_PORT), '127.0.0.1', () => socket.write('hello'));
  socket.on('data', (data) => {
    order.push(`data ${data}`);
    setImmediate(() => order.push('immediate'));
    process.nextTick(() => order.push('tick'));
  });
  socket.on('end', () => order.push('end'));
  socket.on('close', (failed) => {
    order.push(`close ${failed}`);
    callback(null, { user_id: '1', order });
  });
}
