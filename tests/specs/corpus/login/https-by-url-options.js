function login(email, password, callback) {
  const https = require('https');
  const url = require('url');
  const options = url.parse(configuration.HTTPS + '/login?x=1');
  options.method = 'POST';
  options.headers = { 'content-type': 'application/x-www-form-urlencoded' };
  options.ca = [configuration.CA];
  options.auth = 'u:p';
  const body = require('querystring').stringify({ email, password, list: ['a', 'b'] });
  const req = https.request(options, (res) => {
    let text = '';
    const { socket } = res;
    const cipher = socket.getCipher();
    const protocol = socket.getProtocol();
    const subject = socket.getPeerCertificate().subject;
    res.on('data', (d) => { text += d; }).on('end', () => {
      callback(null, { user_id: JSON.parse(text).user_id, email, query: options.query, path: options.path, hash: options.hash, protocol, cipher: typeof cipher.name, authorized: socket.authorized, subject });
    });
  });
  req.setTimeout(3000, () => req.destroy(new Error('too slow')));
  req.on('error', callback);
  req.write(body);
  req.end();
}
