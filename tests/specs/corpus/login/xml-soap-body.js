function login(email, password, callback) {
  const { parseString, Builder } = require('xml2js');
  const { DOMParser } = require('xmldom');
  const xpath = require('xpath');
  const envelope = new Builder({ headless: true, renderOpts: { pretty: false } }).buildObject({ 'soap:Envelope': { $: { 'xmlns:soap': 'urn:s' }, 'soap:Body': { Login: { Email: email, Password: password + '<&>' } } } });
  request.post({ url: configuration.HTTP + '/xml', body: envelope, headers: { 'Content-Type': 'text/xml', SOAPAction: 'Login' } }, (err, res, body) => {
    if (err) return callback(err);
    parseString(body, { explicitArray: false, mergeAttrs: true }, (err, parsed) => {
      const doc = new DOMParser().parseFromString(body);
      const select = xpath.useNamespaces({ x: 'urn:x' });
      parseString('<broken', (bad) => callback(null, { user_id: parsed.user.id, email: parsed.user.mail, role: parsed.user.role, roles: select('//x:role/text()', doc).map(String), envelope, bad: bad && bad.message.split('\n')[0] }));
    });
  });
}
