function getUser(email, callback) {
  const https = require('https');
  const { URL } = require('url');
  const target = new URL(configuration.BASE_URL);
  const req = https.request({
    host: target.host,
    path: `/users?email=${encodeURIComponent(email)}`,
    headers: { 'User-Agent': 'scripts' },
  }, (res) => {
    let text = '';
    res.on('data', (chunk) => { text += chunk; });
    res.on('end', () => {
      if (res.statusCode === 404) return callback(null);
      if (res.statusCode !== 200) {
        return callback(new Error('update of the list failed: ' + res.statusCode));
      }
      let user;
      try {
        user = JSON.parse(text);
      } catch (e) {
        return callback(e);
      }
      callback(null, { user_id: user.id.toString(), email: user.email });
    });
  });
  req.on('error', (e) => callback(e));
  req.end();
}
