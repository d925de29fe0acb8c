// What a legacy system encrypted: every mode, in pieces, with and without padding, and how each fails.
function login(email, password, callback) {
  const crypto = require('crypto');
  const seen = {};
  const described = (error) => ({
    name: error.name, code: error.code, message: error.message, class: error.constructor.name,
    keys: Object.keys(error).join(), reason: error.reason, library: error.library,
  });
  const attempt = (name, work) => {
    try {
      seen[name] = work();
    } catch (error) {
      seen[name] = described(error);
    }
  };
  const text = 'what a legacy system knew, é ü 漢字, and more than two blocks of it';
  const NAMES = [
    'AES-256-CBC', 'aes-128-cbc', 'Aes-192-Cbc', 'aes-256-ecb', 'AES-128-ECB', 'aes-192-ecb', 'aes-128-cfb', 'aes-192-cfb',
    'aes-256-cfb', 'aes-256-cfb8', 'aes-128-cfb1', 'aes-256-ofb', 'aes-192-ofb', 'aes-128-ctr', 'AES-256-CTR', 'aes128', 'AES256',
    'des-ede3-cbc', 'DES-EDE3-CBC', 'des-ede3', 'des3', 'des-ede', 'des-ede-cbc', 'des-ede3-cfb', 'des-ede3-cfb8', 'des-ede3-ofb',
    'no-such-cipher',
  ];
  for (const name of NAMES) {
    const keyBytes = /256/.test(name) ? 32 : /192|ede3|des3/i.test(name) ? 24 : 16;
    const ivBytes = /ecb|^des-ede3?$/i.test(name) ? 0 : /des/i.test(name) ? 8 : 16;
    const key = Buffer.alloc(keyBytes, 'key 1 2 3');
    const iv = ivBytes ? Buffer.alloc(ivBytes, 'iv 4 5') : null;
    const cipher = () => crypto.createCipheriv(name, key, iv);
    const decipher = () => crypto.createDecipheriv(name, key, iv);
    const both = (it, data, from, to) => it.update(data, from, to) + it.final(to);
    attempt(`${name} encrypts`, () => {
      const it = cipher();
      return [it.update(text.slice(0, 11), 'utf8', 'hex'), it.update(text.slice(11), 'utf8', 'hex'), it.final('hex')];
    });
    attempt(`${name} decrypts`, () => both(decipher(), both(cipher(), text, 'utf8', 'base64'), 'base64', 'utf8'));
    attempt(`${name} in pieces`, () => {
      const data = Buffer.from(both(cipher(), text, 'utf8', 'hex'), 'hex');
      const it = decipher();
      const pieces = [];
      for (let at = 0; at < data.length; at += 7) pieces.push(it.update(data.subarray(at, at + 7)).toString('hex'));
      return [...pieces, it.final().toString('hex')];
    });
    attempt(`${name} without padding`, () => both(cipher().setAutoPadding(false), '0123456789abcdef', 'utf8', 'hex'));
    attempt(`${name} of a part without padding`, () => both(cipher().setAutoPadding(false), 'abc', 'utf8', 'hex'));
    attempt(`${name} of garbage`, () => both(decipher(), '00112233445566778899aabbccddeeff', 'hex', 'hex'));
    attempt(`${name} of a part`, () => both(decipher(), '0011223344', 'hex', 'hex'));
    attempt(`${name} wrong key`, () => crypto.createCipheriv(name, 'short', iv));
    attempt(`${name} wrong iv`, () => Boolean(crypto.createDecipheriv(name, key, 'iv')));
    attempt(`${name} info`, () => JSON.stringify(Object.entries(crypto.getCipherInfo(name)).filter(([field]) => field !== 'nid').sort()));
    attempt(`${name} from a password`, () => both(crypto.createCipher(name, 'pässword'), text, 'utf8', 'hex'));
    attempt(`${name} from a password and back`, () =>
      both(crypto.createDecipher(name, 'p'), both(crypto.createCipher(name, 'p'), text, 'utf8', 'hex'), 'hex', 'utf8'));
  }
  for (const name of ['aes-128-gcm', 'AES-192-GCM', 'aes-256-gcm', 'aes-128-ccm', 'aes-256-ccm']) {
    const key = Buffer.alloc(/256/.test(name) ? 32 : /192/.test(name) ? 24 : 16, 'key 1 2 3');
    for (const [ivBytes, tagBytes] of [[12, 16], [7, 12], [13, 16]]) {
      const iv = Buffer.alloc(ivBytes, 'iv 4 5');
      const options = { authTagLength: tagBytes };
      const length = { plaintextLength: Buffer.byteLength(text) };
      const it = crypto.createCipheriv(name, key, iv, options).setAAD(Buffer.from('header'), length);
      const sealed = it.update(text, 'utf8', 'hex') + it.final('hex');
      const tag = it.getAuthTag();
      const open = (header, given) => {
        const other = crypto.createDecipheriv(name, key, iv, options);
        if (given) other.setAuthTag(given);
        other.setAAD(Buffer.from(header), length);
        return other.update(sealed, 'hex', 'utf8') + other.final('utf8');
      };
      const label = `${name} ${ivBytes} ${tagBytes}`;
      seen[label] = [sealed, tag.toString('hex')];
      attempt(`${label} opens`, () => open('header', tag));
      attempt(`${label} other header`, () => open('other', tag));
      attempt(`${label} no tag`, () => open('header'));
      attempt(`${label} short tag`, () => open('header', tag.subarray(0, 4)));
    }
  }
  const key = Buffer.alloc(16, 1);
  attempt('after the end', () => {
    const it = crypto.createCipheriv('aes-128-cbc', key, key);
    it.final();
    it.update('x');
  });
  attempt('two ends', () => {
    const it = crypto.createCipheriv('aes-128-cbc', key, key);
    it.final();
    it.final();
  });
  attempt('no name', () => crypto.createCipheriv(1, key, key));
  attempt('no key', () => crypto.createCipheriv('aes-128-cbc', 1, key));
  attempt('no iv', () => crypto.createCipheriv('aes-128-cbc', key));
  attempt('no data', () => crypto.createCipheriv('aes-128-cbc', key, key).update(5));
  attempt('instances', () => [
    crypto.createCipheriv('aes-128-cbc', key, key) instanceof crypto.Cipheriv,
    crypto.createCipheriv('aes-128-ctr', key, key) instanceof crypto.Cipheriv,
    crypto.createDecipheriv('aes-128-cbc', key, key) instanceof crypto.Cipheriv,
  ]);
  const stream = crypto.createCipheriv('AES-128-CBC', key, key);
  let streamed = '';
  stream.setEncoding('hex');
  stream.on('data', (data) => (streamed += data));
  stream.on('end', () => callback(null, { user_id: '1', seen, streamed }));
  stream.write('some ');
  stream.end(text);
}
