async function login(email, password, callback) {
  const https = require('https');
  const attempt = (url, options) => new Promise((resolve) => {
    https.get(url, options, (response) => { response.resume(); resolve(response.statusCode); })
      .on('error', (error) => resolve([error.code, error.reason, error.host, error.message.replace(/:\d+/g, ':PORT')]));
  });
  const ca = configuration.CA;
  callback(null, {
    user_id: '1', email,
    unknown: await attempt(configuration.HTTPS + '/text', {}),
    known: await attempt(configuration.HTTPS + '/text', { ca }),
    unchecked: await attempt(configuration.HTTPS + '/text', { rejectUnauthorized: false }),
    otherName: await attempt(configuration.HTTPS + '/text', { ca, servername: 'db.example.org' }),
    ownCheck: await attempt(configuration.HTTPS + '/text', { ca, checkServerIdentity: () => new Error('my own check') }),
    refused: await attempt('https://127.0.0.1:' + configuration.CLOSED_PORT, {}),
  });
}
