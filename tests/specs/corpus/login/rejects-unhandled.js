function login(email, password, callback) {
  Promise.resolve().then(() => { throw Object.assign(new TypeError('lost'), { code: 'E_LOST' }); });
}
