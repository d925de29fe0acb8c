async function login(email, password, callback) {
  const axios = require('axios');
  const seen = {};
  const attempt = async (name, config) => {
    try {
      const { status, data } = await axios(config);
      seen[name] = [status, typeof data === 'string' ? data.slice(0, 40) : data];
    } catch (error) {
      seen[name] = { name: error.name, code: error.code, message: error.message, status: error.response && error.response.status, data: error.response && error.response.data, is: axios.isAxiosError(error) };
    }
  };
  await attempt('wrong', { method: 'post', url: configuration.HTTP + '/login', data: { email, password: 'wrong' } });
  await attempt('form', { method: 'POST', url: configuration.HTTP + '/login', headers: { 'content-type': 'application/x-www-form-urlencoded' }, data: require('qs').stringify({ username: 'ann', password }) });
  await attempt('timeout', { url: configuration.HTTP + '/hang', timeout: 60 });
  await attempt('refused', { url: 'http://127.0.0.1:' + configuration.CLOSED_PORT });
  await attempt('dropped', { url: configuration.HTTP + '/drop', method: 'post', data: 'x' });
  await attempt('gzip', { url: configuration.HTTP + '/gzip' });
  await attempt('authority', { url: configuration.HTTPS + '/text' });
  await attempt('unchecked', { url: configuration.HTTPS + '/text', httpsAgent: new (require('https').Agent)({ rejectUnauthorized: false }) });
  await attempt('params', { url: configuration.HTTP + '/echo', params: { a: [1, 2], b: 'ä' }, auth: { username: 'u', password: 'p' } });
  await attempt('accepted', { url: configuration.HTTP + '/status/418', validateStatus: () => true });
  callback(null, { user_id: '1', email, seen });
}
