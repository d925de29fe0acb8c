function login(email, password, callback) {
  return new Promise((resolve, reject) => setTimeout(reject, 1, new RangeError('no luck')));
}
