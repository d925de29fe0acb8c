function login(email, password, callback) {
  const https = require('https');
  const { URL } = require('url');
  const url = new URL(configuration.HTTPS + '/login');
  const body = JSON.stringify({ email, password });
  const options = {
    hostname: url.hostname, port: url.port, path: url.pathname, method: 'POST', ca: configuration.CA,
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  };
  const req = https.request(options, (res) => {
    let data = '';
    res.on('data', (chunk) => (data += chunk));
    res.on('end', () => {
      if (res.statusCode !== 200) return callback(new Error(data));
      const user = JSON.parse(data);
      callback(null, { user_id: user.id, email: user.email, raw: res.rawHeaders.length > 0, version: res.httpVersion });
    });
  });
  req.on('error', (error) => callback(error));
  req.write(body);
  req.end();
}
