async function login(email, password, callback) {
  let bytes = 0;
  for (let i = 0; i < 200; i++) {
    bytes += Buffer.alloc(1 << 20).length;
    if (i % 10 === 0) await new Promise(setImmediate);
  }
  callback(null, { user_id: '1', bytes });
}
