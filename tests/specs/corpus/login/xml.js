function login(email, password, callback) {
  const { parseString, Builder } = require('xml2js');
  const { DOMParser } = require('xmldom');
  const xpath = require('xpath');
  require('request').get(configuration.HTTP + '/xml', (err, response, body) => {
    if (err) return callback(err);
    parseString(body, { explicitArray: false }, (err, parsed) => {
      if (err) return callback(err);
      const document = new DOMParser().parseFromString(body);
      const select = xpath.useNamespaces({ x: 'urn:x' });
      callback(null, { user_id: select('string(/x:user/@id)', document), email: parsed.user.mail, roles: select('//x:role/text()', document).map(String), built: new Builder({ headless: true }).buildObject({ a: { b: 1 } }) });
    });
  });
}
