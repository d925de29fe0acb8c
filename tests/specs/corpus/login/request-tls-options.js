function login(email, password, callback) {
  request({ url: configuration.HTTPS + '/echo', agentOptions: { ca: configuration.CA }, strictSSL: true, method: 'POST', multipart: undefined, body: JSON.stringify({ a: 1 }), headers: { 'content-type': 'application/json' } }, (err, res, body) => {
    if (err) return callback(err);
    request.get({ url: configuration.HTTPS + '/echo' }, (err2) => {
      request.get({ url: configuration.HTTPS + '/text', rejectUnauthorized: false }, (err3, res3, body3) => {
        callback(null, { user_id: '1', email, body: JSON.parse(body).body, strict: [err2.code, err2.message], loose: [res3.statusCode, body3], authorized: res.socket && res.connection.authorized });
      });
    });
  });
}
