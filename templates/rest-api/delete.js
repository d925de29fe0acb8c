// Removes the user whose id login and get_user gave.
/** @type {DeleteScript} */
function deleteUser(id, callback) {
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

  async function remove() {
    const response = await ask('DELETE', `/users/by-id/${encodeURIComponent(String(id).replace(/^rest\|/, ''))}`);
    // Gone already is as good.
    if (![204, 404].includes(response.status)) throw unexpected(response);
  }

  remove().then(() => callback(null), callback);
}
