function login(email, password, callback) {
  callback(Object.assign(new Error('connect failed'), { code: 'CERT_HAS_EXPIRED' }));
}
