function login(email, password, callback) {
  const crypto = require('crypto');
  const [, iterations, salt, hash] = 'pbkdf2_sha256$1000$salt$qN+JnzxPIE2WfgrWPAkph8EAVeuwF7PZ0ordIY1Peq0='.split('$');
  const made = crypto.pbkdf2Sync(password, salt, Number(iterations), 32, 'sha256').toString('base64');
  const ssha = '{SSHA}' + Buffer.concat([crypto.createHash('sha1').update(password).update('salt').digest(), Buffer.from('salt')]).toString('base64');
  const decoded = Buffer.from(ssha.slice(6), 'base64');
  const again = crypto.createHash('sha1').update(password).update(decoded.slice(20)).digest();
  const identity = Buffer.concat([Buffer.from([1, 0, 0, 0, 1, 0, 0, 0x27, 0x10, 0, 0, 0, 16]), Buffer.alloc(16, 7), crypto.pbkdf2Sync(password, Buffer.alloc(16, 7), 10000, 32, 'sha256')]);
  const iterationsOfIdentity = identity.readUInt32BE(5);
  callback(null, { user_id: '1', email, django: made === hash, made, ssha: again.equals(decoded.slice(0, 20)), identity: iterationsOfIdentity, aspnet: crypto.createHash('sha1').update(Buffer.concat([Buffer.from('c2FsdA==', 'base64'), Buffer.from(password, 'utf16le')])).digest('base64') });
}
