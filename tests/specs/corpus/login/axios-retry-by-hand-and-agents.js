async function login(email, password, callback) {
  const axios = require('axios');
  const http = require('http');
  const https = require('https');
  const client = axios.create({ baseURL: configuration.HTTPS, timeout: 3000, httpsAgent: new https.Agent({ ca: configuration.CA, cert: configuration.CLIENT_CERT, key: configuration.CLIENT_KEY, keepAlive: true }) });
  let tries = 0;
  client.interceptors.response.use((r) => r, async (error) => {
    tries += 1;
    if (tries < 3) return client.request(error.config);
    return Promise.reject(error);
  });
  const { data } = await client.get('/echo', { params: { q: 'ü', list: [1, 2] } });
  const failed = await client.get('/status/503').catch((e) => [e.name, e.code, e.message, e.response.status, e.response.statusText, axios.isAxiosError(e)]);
  const slow = await axios.get(configuration.HTTP + '/hang', { timeout: 100, httpAgent: new http.Agent({ keepAlive: true }) }).catch((e) => [e.code, e.message]);
  const aborted = await axios.get(configuration.HTTP + '/hang', { signal: AbortSignal.timeout(100) }).catch((e) => [e.code, e.message, axios.isCancel(e)]);
  const checked = await axios.get(configuration.HTTP + '/status/404', { validateStatus: () => true });
  callback(null, { user_id: '1', email, url: data.url, certificate: data.certificate, failed, slow, aborted, checked: checked.status, tries });
}
