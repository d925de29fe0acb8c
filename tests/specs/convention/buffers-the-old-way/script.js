function login(email, password, callback) {
  const old = [new Buffer('abc'), new Buffer('YWJj', 'base64'), Buffer([97, 98, 99])].map(String);
  callback(null, { user_id: old.join(), length: Buffer.from(email).toString('base64') });
}
