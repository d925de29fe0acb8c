function login(email, password, callback) {
  console.debug('d');
  console.log('l', 1, { a: [null] });
  console.info('%s is %d', email, 7);
  console.warn(new Map([['k', 'v']]));
  console.error('e', undefined, null);
  console.log();
  callback(null, { user_id: '1' });
}
