  // bcrypt over SHA-256 of passlib: $bcrypt-sha256$v=2,t=2b,r=12$salt$digest; before that 2b,12 without the HMAC.
  const UNKNOWN = '$bcrypt-sha256$v=2,t=2b,r=12$70vSUfZhOky9lGR0cPpMs.$moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
  async function matches(typed, stored) {
    const { createHash, createHmac } = require('crypto');
    const [, , parameters, salt, text] = stored.split('$');
    const [, cost] = /(\d+)$/.exec(parameters) || [];
    if (!cost) return false;
    const hash = parameters.startsWith('v=2') ? createHmac('sha256', salt) : createHash('sha256');
    return require('bcrypt').compare(hash.update(typed).digest('base64'), `$2b$${cost.padStart(2, '0')}$${salt}${text}`);
  }
