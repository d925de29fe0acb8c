function login(email, password, callback) {
  console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
  console.assert(true, 'not this');
  console.assert(false, 'wrong %s', email);
  console.group('outer');
  console.groupEnd();
  console.count();
  console.count('mine');
  console.countReset('mine');
  console.time('t');
  console.timeLog('t');
  console.timeEnd('t');
  console.dirxml({ a: 1 });
  console.table([1]);
  console.trace('here');
  callback(null, { user_id: '1' });
}
