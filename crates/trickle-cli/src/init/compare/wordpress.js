  // WordPress 6.8 and later: bcrypt over a keyed digest; before that phpass.
  const UNKNOWN = '$wp$2y${{cost}}$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
  async function matches(typed, stored) {
    const text = typed.trim();
    if (/^\$[PH]\$/.test(stored)) return require('wordpress-hash-node').CheckPassword(text, stored);
    const digest = require('crypto').createHmac('sha384', 'wp-sha384').update(text).digest('base64');
    return require('bcrypt').compare(digest, stored.slice(3).replace('$2y$', '$2b$'));
  }
