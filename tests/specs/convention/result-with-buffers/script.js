function login(email, password, callback) {
  callback(null, { user_id: '1', id: { raw: Buffer.from([1, 255]) }, bytes: new Uint8Array([1, 2]) });
}
