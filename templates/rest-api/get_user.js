// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
  // Every status is an answer; a failure to get one is passed on with its code.
  function ask(method, path, data) {
    const axios = require('axios');
    const { Agent } = require('https');
    return axios({
      method,
      url: configuration.BASE_URL + path,
      data,
      headers: { Authorization: `Bearer ${configuration.API_TOKEN}` },
      httpsAgent: configuration.CA ? new Agent({ ca: configuration.CA }) : undefined,
      timeout: 10000,
      maxRedirects: 0,
      validateStatus: () => true,
    });
  }

  function unexpected(response) {
    return new Error(`the service answered ${response.status}`);
  }

  async function find() {
    const response = await ask('GET', `/users/${encodeURIComponent(email)}`);
    if (response.status === 404) return null;
    if (response.status !== 200) throw unexpected(response);
    const user = response.data;
    if (!user || user.id === undefined) throw new Error('the service answered no user');
    return {
      user_id: `rest|${user.id}`,
      email: user.email,
      email_verified: user.email_verified === true,
      nickname: user.nickname,
    };
  }

  find().then((profile) => callback(null, profile), callback);
}
