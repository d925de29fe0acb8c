function login(email, password, callback) {
  const cause = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });
  callback(Object.assign(new Error('no luck', { cause }), { code: 'E_LUCK' }));
}
