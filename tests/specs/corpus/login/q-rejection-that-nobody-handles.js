function login(email, password, callback) {
  require('q').delay(1).then(function () {
    throw Object.assign(new Error('nobody handles this'), { code: 'ELATE' });
  });
}
