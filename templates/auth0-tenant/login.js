// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
  // Every status is an answer; a failure to get one is passed on with its code.
  function ask(method, path, data, token) {
    const axios = require('axios');
    const { Agent } = require('https');
    return axios({
      method,
      url: `https://${configuration.DOMAIN}${path}`,
      data,
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      httpsAgent: configuration.CA ? new Agent({ ca: configuration.CA }) : undefined,
      timeout: 10000,
      maxRedirects: 0,
      validateStatus: () => true,
    });
  }

  function unexpected(response) {
    const { error, message } = response.data || {};
    return new Error(`the tenant answered ${response.status} ${error || message || ''}`);
  }

  // A token for the Management API, kept for as long as it is good.
  async function managementToken() {
    const kept = global.managementToken;
    if (kept && kept.until > Date.now()) return kept.text;
    const response = await ask('POST', '/oauth/token', {
      grant_type: 'client_credentials',
      client_id: configuration.CLIENT_ID,
      client_secret: configuration.CLIENT_SECRET,
      audience: configuration.AUDIENCE || `https://${configuration.DOMAIN}/api/v2/`,
    });
    if (response.status !== 200) throw unexpected(response);
    const { access_token: text, expires_in: seconds } = response.data;
    global.managementToken = { text, until: Date.now() + (seconds - 60) * 1000 };
    return text;
  }

  async function manage(method, path, data) {
    return ask(method, `/api/v2${path}`, data, await managementToken());
  }

  // The user of the connection who has the address.
  async function userOf(address) {
    const response = await manage('GET', `/users-by-email?email=${encodeURIComponent(address.toLowerCase())}`);
    if (response.status !== 200) throw unexpected(response);
    return response.data.find((user) => user.identities.some((it) => it.connection === configuration.CONNECTION));
  }

  async function check() {
    // The tenant would call an empty password a mistake of the request.
    if (!password) throw new WrongUsernameOrPasswordError(email);
    const response = await ask('POST', '/oauth/token', {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      realm: configuration.CONNECTION,
      username: email,
      password,
      client_id: configuration.CLIENT_ID,
      client_secret: configuration.CLIENT_SECRET,
      scope: 'openid',
    });
    const { error } = response.data || {};
    if (response.status === 403 && error === 'invalid_grant') throw new WrongUsernameOrPasswordError(email);
    if (response.status !== 200) throw unexpected(response);
    const user = await userOf(email);
    if (!user) throw new Error('the password is right and the user is not found');
    return {
      // Without auth0|, which the id gets again here: people keep their ids.
      user_id: user.user_id.replace(/^auth0\|/, ''),
      email: user.email,
      email_verified: user.email_verified === true,
      nickname: user.nickname,
      name: user.name,
      picture: user.picture,
      user_metadata: user.user_metadata,
      app_metadata: user.app_metadata,
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
