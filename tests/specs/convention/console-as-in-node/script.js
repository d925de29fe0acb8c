function login(email, password, callback) {
  console.group('outer %s', 1);
  console.warn('inner');
  console.groupEnd();
  console.count();
  console.count('mine');
  console.count('mine');
  console.table([{ a: 1, b: 'x' }]);
  console.assert(email === '', 'wrong %s', email);
  console.dir({ a: { b: { c: {} } } }, { depth: 0 });
  console.log('%o', [1], { b: 2 });
  callback(null, { user_id: '1' });
}
