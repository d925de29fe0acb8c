  // DES crypt, of which only the first eight bytes count.
  const UNKNOWN = 'ab...........';
  async function matches(typed, stored) {
    const wanted = stored.replace(/^\{CRYPT\}/i, '');
    if (!/^[./\dA-Za-z]{13}$/.test(wanted)) return false;
    const bytes = Buffer.from(typed).toString('latin1');
    const hash = require('unix-crypt-td-js')(bytes, wanted.slice(0, 2));
    return require('crypto').timingSafeEqual(Buffer.from(hash), Buffer.from(wanted));
  }
