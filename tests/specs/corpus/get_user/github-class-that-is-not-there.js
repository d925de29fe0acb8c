function getUser(email, callback) {
  const https = require('http');
  const req = https.request(configuration.HTTP + '/users/nobody', { method: 'GET' }, (res) => {
    res.resume();
    res.on('end', () => {
      if (res.statusCode === 404) {
        return callback(new WrongArgumentError(email));
      }
      callback(null, null);
    });
  });
  req.on('error', callback);
  req.end();
}
