function login(email, password, callback) {
  const https = require('https');
  https.globalAgent.options.ca = [configuration.CA];
  https.get(configuration.HTTPS + '/echo', (res) => {
    const parts = [];
    const { authorized } = res.socket;
    res.on('data', (part) => parts.push(part)).on('end', () => {
      delete https.globalAgent.options.ca;
      callback(null, { user_id: '1', email, status: res.statusCode, authorized, body: JSON.parse(Buffer.concat(parts)) });
    });
  }).on('error', callback);
}
