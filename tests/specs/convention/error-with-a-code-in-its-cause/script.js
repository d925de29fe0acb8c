function login(email, password, callback) {
  const cause = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });
  callback(new TypeError('fetch failed', { cause }));
}
