function login(email, password, callback) {
  const axios = require('axios@1.2.1');
  const client = axios.create({ baseURL: configuration.HTTP, headers: { common: { 'x-api-key': 'k' } } });
  client.interceptors.request.use((config) => ({ ...config, params: { ...config.params, traced: 1 } }));
  client.interceptors.response.use((response) => response.data, (error) => Promise.reject(new Error('failed: ' + error.response.status)));
  client.get('/echo')
    .then((echo) => client.patch('/users/ann', { a: 1 }).then((changed) => callback(null, { user_id: '1', email, url: echo.url, key: echo.key, changed })))
    .catch((error) => callback(error));
}
