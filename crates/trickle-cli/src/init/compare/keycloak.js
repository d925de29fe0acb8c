  // Keycloak: credential_data says the algorithm and what it costs, secret_data has key and salt. An export has both in one text.
  const UNKNOWN = JSON.stringify({
    credentialData: {{credential}},
    secretData: { value: Buffer.alloc({{bytes}}).toString('base64'), salt: Buffer.alloc(16).toString('base64') },
  });
  async function matches(typed, stored, salt) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const parsed = (part) => (typeof part === 'string' ? JSON.parse(part) : part);
    const whole = JSON.parse(stored);
    const secret = parsed(whole.secretData ?? whole);
    const { algorithm, hashIterations, additionalParameters } = parsed(whole.credentialData ?? salt);
    const [bytes, wanted] = [secret.salt, secret.value].map((text) => Buffer.from(text, 'base64'));
    if (algorithm === 'argon2') {
      // Each parameter is a list of one text.
      const of = (name, usual) => String([additionalParameters?.[name] ?? usual].flat()[0]);
      const version = of('version', '1.3') === '1.0' ? 16 : 19;
      const [key, text] = [wanted, bytes].map((part) => part.toString('base64').replace(/=+$/, ''));
      const costs = `m=${of('memory', 7168)},t=${hashIterations},p=${of('parallelism', 1)}`;
      return require('argon2').verify(`$argon2${of('type', 'id')}$v=${version}$${costs}$${text}$${key}`, typed);
    }
    const digest = algorithm.replace(/^pbkdf2-?/, '') || 'sha1';
    const key = await require('util').promisify(pbkdf2)(typed, bytes, hashIterations, wanted.length, digest);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
