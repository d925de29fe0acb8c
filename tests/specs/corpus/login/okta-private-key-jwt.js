async function loginWithUniversalDirectory(email, password, callback) {
  const jose = require('node-jose');
  const { v4 } = require('uuid');
  const qs = require('qs');
  const axios = require('axios@0.22.0');
  global.createAuditLog = global.createAuditLog || ((event) => ({ ...event, at: 'then' }));
  const keystore = jose.JWK.createKeyStore();
  const made = await keystore.generate('RSA', 2048, { alg: 'RS256', use: 'sig', kid: 'k1' });
  const key = await jose.JWK.asKey(JSON.parse(JSON.stringify(made.toJSON(true))));
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'client', sub: 'client', aud: configuration.HTTP + '/oauth/token', iat: now, exp: now + 60, jti: v4() };
  const assertion = await jose.JWS.createSign({ format: 'compact', fields: { typ: 'JWT' } }, key).update(JSON.stringify(claims)).final();
  const verified = await jose.JWS.createVerify(keystore).verify(assertion);
  const body = qs.stringify({ grant_type: 'client_credentials', scope: 'okta.users.read', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion });
  const { data, status } = await axios.post(configuration.HTTP + '/oauth/token', body, { headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' } });
  const log = global.createAuditLog({ email, status });
  const { kid, typ, alg } = verified.header;
  callback(null, { user_id: `okta|${JSON.parse(verified.payload.toString()).sub}`, email, token: data.access_token, log, header: { kid, typ, alg }, thumb: key.kid });
}
