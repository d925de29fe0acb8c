async function login(email, password, callback) {
  const crypto = require('crypto');
  const util = require('util');
  const key = crypto.createHash('sha256').update('k').digest();
  const iv = Buffer.alloc(16, 1);
  const round = (name, k, i) => {
    const cipher = crypto.createCipheriv(name, k, i);
    const text = Buffer.concat([cipher.update(email, 'utf8'), cipher.final()]).toString('hex');
    const decipher = crypto.createDecipheriv(name, k, i);
    return [text, decipher.update(text, 'hex', 'utf8') + decipher.final('utf8')];
  };
  const gcm = crypto.createCipheriv('aes-256-gcm', key, iv.slice(0, 12));
  gcm.setAAD(Buffer.from('a'));
  const sealed = gcm.update(email, 'utf8', 'base64') + gcm.final('base64');
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signature = crypto.createSign('SHA256').update(email).end().sign(privateKey);
  const pbkdf2 = await util.promisify(crypto.pbkdf2)(password, 'salt', 1000, 24, 'sha512');
  const scrypt = await util.promisify(crypto.scrypt)(password, 'salt', 16, { N: 1024, r: 8, p: 1 });
  let bad;
  try {
    const decipher = crypto.createDecipheriv('aes-256-cbc', key, iv);
    decipher.update('00', 'hex');
    decipher.final();
  } catch (e) {
    bad = [e.name, e.code];
  }
  callback(null, {
    user_id: '1', email, cbc: round('aes-256-cbc', key, iv), ecb: round('aes-128-ecb', key.slice(0, 16), null), ctr: round('AES-128-CTR', key.slice(0, 16), iv), des: round('des-ede3-cbc', Buffer.concat([key.slice(0, 24)]), iv.slice(0, 8)),
    gcm: [sealed, gcm.getAuthTag().toString('hex')], verified: crypto.createVerify('SHA256').update(email).verify(publicKey, signature), pbkdf2: pbkdf2.toString('base64'), scrypt: scrypt.toString('hex'),
    hashes: ['md5', 'sha1', 'sha384', 'sha512', 'ripemd160', 'sha3-256'].map((name) => crypto.createHash(name).update(password).digest('hex').slice(0, 12)), hmac: crypto.createHmac('sha1', 'k').update(password).digest('base64'),
    random: crypto.randomBytes(8).length, uuid: crypto.randomUUID().length, hash: crypto.getHashes().includes('sha256'), bad
  });
}
