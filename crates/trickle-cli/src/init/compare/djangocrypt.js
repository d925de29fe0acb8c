  // DES crypt of Django: crypt$salt$hash, the salt left out as a rule; only the first eight bytes count.
  const UNKNOWN = 'crypt$$ab...........';
  async function matches(typed, stored) {
    const wanted = stored.slice(stored.lastIndexOf('$') + 1);
    const hash = require('unix-crypt-td-js')(Buffer.from(typed).toString('latin1'), wanted.slice(0, 2));
    return require('crypto').timingSafeEqual(Buffer.from(hash), Buffer.from(wanted));
  }
