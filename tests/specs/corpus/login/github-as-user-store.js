function login(email, password, callback) {
  const https = require('http');
  const { hostname, port } = new URL(configuration.HTTP);
  const options = { hostname, port, path: '/users/' + encodeURIComponent(email), method: 'GET', headers: { 'User-Agent': 'node.js', Authorization: 'token ' + 't' } };
  const req = https.request(options, (res) => {
    const chunks = [];
    res.on('data', (d) => chunks.push(d));
    res.on('end', () => {
      const user = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      if (res.statusCode !== 200) return callback(new WrongArgumentError(email));
      const content = Buffer.from(JSON.stringify(user)).toString('base64');
      callback(null, { user_id: user.id, email: user.email, size: content.length, headers: [res.headers['content-type'], res.httpVersion, res.statusMessage] });
    });
  });
  req.on('error', (error) => callback(error));
  req.end();
}
