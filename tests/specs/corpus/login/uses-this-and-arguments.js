function login(email, password) {
  const callback = arguments[arguments.length - 1];
  const isStrict = (function () { return this === undefined; })();
  global.count = (global.count || 0) + 1;
  counter = global.count;
  callback(null, { user_id: '1', email, given: arguments.length, isStrict, counter, type: typeof this, name: login.name, length: login.length, file: typeof __filename, main: typeof module, exports: typeof exports, isGlobal: globalThis === global });
}
