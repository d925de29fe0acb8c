// Removes the user whose id login and get_user gave.
/** @type {DeleteScript} */
function deleteUser(id, callback) {
  // Every status is an answer; a failure to get one is passed on with its code.
  async function ask(url, data, token) {
    const axios = require('axios');
    const response = await axios.post(url, data, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      timeout: 10000,
      maxRedirects: 0,
      validateStatus: () => true,
    });
    return { status: response.status, data: response.data || {}, reason: reasonOf(response.data) };
  }

  // EMAIL_EXISTS of `{"error":{"message":"EMAIL_EXISTS : more words"}}`.
  function reasonOf(data) {
    const message = data && data.error && data.error.message;
    return typeof message === 'string' ? message.split(' ')[0] : '';
  }

  function unexpected(answer) {
    return new Error(`Firebase answered ${answer.status} ${answer.reason}`);
  }

  const toolkit = configuration.IDENTITY_URL || 'https://identitytoolkit.googleapis.com';

  // A token of the service account, kept for as long as it is good.
  async function serviceToken() {
    const kept = global.serviceToken;
    if (kept && kept.until > Date.now()) return kept.text;
    const jwt = require('jsonwebtoken');
    const url = configuration.TOKEN_URL || 'https://oauth2.googleapis.com/token';
    const assertion = jwt.sign({ scope: 'https://www.googleapis.com/auth/identitytoolkit' }, configuration.PRIVATE_KEY, {
      algorithm: 'RS256',
      issuer: configuration.CLIENT_EMAIL,
      audience: 'https://oauth2.googleapis.com/token',
      expiresIn: '5m',
    });
    const answer = await ask(url, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    if (answer.status !== 200) throw unexpected(answer);
    const { access_token: text, expires_in: seconds } = answer.data;
    global.serviceToken = { text, until: Date.now() + (seconds - 60) * 1000 };
    return text;
  }

  async function manage(path, data) {
    const url = `${toolkit}/v1/projects/${configuration.PROJECT_ID}/accounts${path}`;
    return ask(url, data, await serviceToken());
  }

  async function remove() {
    const answer = await manage(':delete', { localId: String(id).replace(/^firebase\|/, '') });
    // Gone already is as good.
    if (answer.status !== 200 && answer.reason !== 'USER_NOT_FOUND') throw unexpected(answer);
  }

  remove().then(() => callback(null), callback);
}
