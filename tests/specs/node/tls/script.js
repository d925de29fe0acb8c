// Certificates: refused with the code that says which check failed, accepted when the script says so.
async function login(email, password, callback) {
  const https = require('https');
  const tls = require('tls');
  const url = `https://127.0.0.1:${configuration.HTTPS_PORT}/`;
  const described = (error) => ({ name: error.name, code: error.code, message: error.message, keys: Object.keys(error).join() });
  const ask = (options) =>
    new Promise((resolve) =>
      https.get(url, { agent: new https.Agent(), ...options }, (response) => {
        let text = '';
        response.on('data', (data) => (text += data));
        response.on('end', () => resolve(text));
      }).on('error', (error) => resolve(described(error))));
  const securePair = () =>
    new Promise((resolve) => {
      const pair = tls.createSecurePair(tls.createSecureContext(), false);
      const socket = require('net').connect(Number(configuration.HTTPS_PORT), '127.0.0.1');
      socket.pipe(pair.encrypted).pipe(socket);
      let text = '';
      pair.cleartext.on('data', (data) => (text += data));
      pair.cleartext.on('end', () => resolve(text.split('\r\n').filter((line) => !/^date/i.test(line))));
      pair.on('secure', () => (text += 'secure\r\n'));
      pair.cleartext.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
  const seen = {
    unknown: await ask({}),
    known: await ask({ ca: configuration.CA }),
    careless: await ask({ rejectUnauthorized: false }),
    securePair: await securePair(),
  };
  https.globalAgent.options.ca = configuration.CA;
  seen.globalAgent = await ask({ agent: undefined });
  delete https.globalAgent.options.ca;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  seen.environment = await ask({});
  seen.environmentAndOption = await ask({ rejectUnauthorized: true });
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  seen.unknownAgain = await ask({});
  callback(null, { user_id: '1', seen });
}
