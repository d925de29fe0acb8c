async function login(email, password, callback) {
  const { hostname, port } = new URL(configuration.HTTP);
  const first = () => new Promise((resolve, reject) => {
    let isWritten = false;
    const socket = require('net').connect(port, hostname, () => {
      socket.write(`GET /text HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`, () => { isWritten = true; });
    });
    socket.on('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve(isWritten);
    });
  });
  let early = 0;
  for (let i = 0; i < 60; i++) if (!(await first())) early += 1;
  callback(null, { user_id: '1', email, early });
}
