function login(email, password, callback) {
  const odd = [undefined, null, 0, '', Symbol('x'), 1n, new Proxy(function () {}, {}), Object.create(null)];
  for (const value of odd) Promise.reject(value);
  for (const value of odd) setTimeout(() => { throw value; }, 0);
  throw Object.create(null);
}
