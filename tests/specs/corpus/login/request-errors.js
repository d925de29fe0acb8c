function login(email, password, callback) {
  const request = require('request');
  const seen = {};
  const note = (name, next) => (err, response, body) => {
    seen[name] = err ? { code: err.code, message: err.message, syscall: err.syscall, connect: err.connect } : [response.statusCode, String(body).slice(0, 60)];
    next();
  };
  request({ url: 'http://127.0.0.1:' + configuration.CLOSED_PORT }, note('refused', () =>
    request({ url: configuration.HTTP + '/hang', timeout: 1500 }, note('timeout', () =>
      request(configuration.HTTP + '/drop', note('dropped', () =>
        request(configuration.HTTP + '/cut', note('cut', () =>
          request(configuration.HTTP + '/redirect', note('redirected', () =>
            request({ url: configuration.HTTP + '/broken', json: true }, note('broken', () =>
              request({ url: configuration.HTTPS + '/text' }, note('authority', () =>
                callback(null, { user_id: '1', email: email, seen: seen })))))))))))))));
}
