function login(email, password, callback) {
  const { createServer, connect } = require('net');
  if (email === 'good') {
    const wait = setInterval(() => {
      if (!global.failed) return;
      clearInterval(wait);
      callback(null, { user_id: email });
    }, 1);
    return;
  }
  // Port 1 is not allowed; nobody listens to the error.
  connect(1, '127.0.0.1').on('close', () => { global.failed = true; });
}
