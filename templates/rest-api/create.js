// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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

  async function add() {
    const { email, password, nickname } = user;
    const response = await ask('POST', '/users', { email, password, nickname });
    if (response.status === 409) throw new ValidationError('user_exists', 'The user exists already.');
    if (response.status !== 201) throw unexpected(response);
  }

  add().then(() => callback(null), callback);
}
