// What old packages call, and how errors, environment and inheritance look to them.
function login(email, password, callback) {
  const util = require('util');
  const fs = require('fs');
  const seen = {};
  const attempt = (name, work) => {
    try {
      seen[name] = work();
    } catch (error) {
      seen[name] = {
        text: String(error), keys: Object.keys(error).join(), json: JSON.stringify(error), class: error.constructor.name,
        first: error.stack.split('\n')[0], type: error instanceof TypeError,
      };
    }
  };
  const VALUES = [undefined, null, 0, 'a', true, [], {}, () => {}, /a/, new Date(0), new Error('a'), Symbol('a'), Buffer.from('a')];
  for (const name of Object.keys(util).filter((key) => /^is[A-Z]/.test(key) && key !== 'isDeepStrictEqual')) {
    attempt(name, () => VALUES.map((value) => util[name](value)));
  }
  attempt('extend', () => util._extend({ a: 1 }, { b: 2 }));
  attempt('buffer', () => [new Buffer('abc').toString('hex'), new Buffer(2).length, Buffer('YQ==', 'base64').toString()]);
  attempt('access', () => [fs.F_OK, fs.R_OK, fs.W_OK, fs.X_OK]);
  attempt('secureContext', () => typeof require('tls').SecureContext);
  attempt('punycode', () => require('punycode').toASCII('mañana.com'));
  attempt('domain', () => {
    const it = require('domain').create();
    return [typeof it.run, typeof it.on];
  });
  attempt('environment', () => {
    process.env.TRICKLE_NUMBER = 5;
    const [value, present] = [process.env.TRICKLE_NUMBER, 'TRICKLE_NUMBER' in process.env];
    delete process.env.TRICKLE_NUMBER;
    return [value, present, process.env.TRICKLE_NUMBER === undefined, Object.keys(process.env).includes('TRICKLE_NUMBER')];
  });
  attempt('proto', () => {
    function Old() {}
    const it = { own: 1 };
    it.__proto__ = Old.prototype;
    return [it instanceof Old, Object.keys(it), {}.__proto__ === Object.prototype];
  });
  attempt('url', () => new URL('nowhere'));
  attempt('url with base', () => new URL('//', 'nowhere'));
  attempt('url class', () => [new URL('http://a/b').constructor === URL, require('url').URL === URL, new URL('http://a') instanceof URL]);
  attempt('argument', () => Buffer.from(5));
  attempt('range', () => Buffer.alloc(2).readUInt8(7));
  attempt('cipher', () => require('crypto').createCipheriv('none', 'a', 'b'));
  attempt('binding', () => process.binding('no such binding'));
  const timers = require('timers');
  const item = { _onTimeout: () => callback(null, { user_id: '1', seen }) };
  timers.enroll(item, 1);
  timers._unrefActive(item);
  timers.active(item);
}
