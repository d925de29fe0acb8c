function login(email, password, callback) {
  callback(Object.assign(new Error('no luck'), { code: 1045 }));
}
