function login(email, password, callback) {
  const b = Buffer.from('Änn 😀', 'utf8');
  const old = new Buffer('c2VjcmV0', 'base64');
  callback(null, {
    user_id: b.toString('hex'), email, base64: b.toString('base64'), url: b.toString('base64url'), latin1: b.toString('latin1').length, ascii: b.toString('ascii'), ucs2: Buffer.from('a', 'ucs2').toString('hex'),
    old: old.toString(), concat: Buffer.concat([b, old]).length, slice: b.slice(0, 2).toString(), compare: Buffer.compare(b, old), includes: b.includes('nn'), int: Buffer.alloc(8).fill(1).readUInt32BE(2),
    json: JSON.stringify(old), atob: atob('w4Q='), btoa: btoa('secret'), text: new TextDecoder('utf-16le').decode(new Uint8Array([65, 0])), bytes: Array.from(new TextEncoder().encode('ä')), equal: require('crypto').timingSafeEqual(b, b), swap: Buffer.from([1, 2]).swap16().toString('hex'), bad: Buffer.from('zz', 'hex').length
  });
}
