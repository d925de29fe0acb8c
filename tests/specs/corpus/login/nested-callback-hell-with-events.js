function login(email, password, callback) {
  const EventEmitter = require('events');
  const { Transform, pipeline, Readable } = require('stream');
  const zlib = require('zlib');
  class Login extends EventEmitter {}
  const flow = new Login();
  const seen = [];
  flow.once('user', (user) => { seen.push('user'); flow.emit('checked', user); });
  flow.on('checked', (user) => {
    const upper = new Transform({ transform(chunk, encoding, done) { done(null, chunk.toString().toUpperCase()); } });
    const parts = [];
    pipeline(Readable.from(['a', 'b', 'c']), upper, zlib.createGzip(), zlib.createGunzip(), async function* (source) { for await (const part of source) { parts.push(part.toString()); yield part; } }, (err) => callback(err, { ...user, seen, parts: parts.join(''), listeners: flow.listenerCount('checked'), deflated: zlib.inflateRawSync(zlib.deflateRawSync('x')).toString() }));
  });
  process.nextTick(() => flow.emit('user', { user_id: '1', email }));
}
