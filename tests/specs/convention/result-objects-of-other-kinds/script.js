function login(email, password, callback) {
  class User {
    #hidden = 1;
    constructor() { this.user_id = '1'; }
    get email() { return 'not own'; }
  }
  const user = new User();
  Object.assign(user, { map: new Map([[1, 2]]), set: new Set([1]), error: new Error('x'), regexp: /x/, bare: Object.create(null, { a: { value: 1, enumerable: true } }),
    boxed: [new String('s'), new Number(1), new Boolean(false)], proxy: new Proxy({ a: 1 }, {}) });
  callback(null, user);
}
