async function login(email, password, callback) {
  const http = require('http');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const call = (path, method) => new Promise((resolve) => {
    const request = http.request(configuration.HTTP + path, { agent, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => resolve([response.statusCode, request.reusedSocket, text.length]));
    });
    request.on('error', (error) => resolve([error.code, error.message]));
    request.end();
  });
  const seen = [await call('/text', 'GET'), await call('/text', 'POST'), await call('/drop/once', 'POST'), await call('/text', 'GET')];
  agent.destroy();
  callback(null, { user_id: '1', email, seen });
}
