function login(email, password, callback) {
  const request = require('request@2.81.0');
  const jar = request.jar();
  request({ url: configuration.HTTP + '/cookie', jar }, () => {
    request({ url: configuration.HTTP + '/echo', jar, json: true }, (err, res, echoed) => {
      request({ url: configuration.HTTP + '/gzip', gzip: true, json: true }, (err, res, zipped) => {
        request({ url: configuration.HTTP + '/redirect', followRedirect: false }, (err, stopped) => {
          request({ url: configuration.HTTP + '/redirect', json: true }, (err, res, followed) => {
            request({ url: configuration.HTTP + '/latin', encoding: 'latin1' }, (err, res, latin) => {
              request({ url: configuration.HTTP + '/echo', qs: { a: [1, 2], b: { c: 'ü &' } }, json: true }, (err, res, queried) => {
                callback(null, { user_id: '1', email, cookie: echoed.cookie, zipped, stopped: [stopped.statusCode, stopped.headers.location], followed: followed.url, latin, query: queried.url });
              });
            });
          });
        });
      });
    });
  });
}
