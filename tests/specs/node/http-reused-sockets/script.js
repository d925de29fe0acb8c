// Every client, on a socket that was used before: the server hangs up, or the client gives up. Nothing is sent twice.
async function login(email, password, callback) {
  const http = require('http');
  const axios = require('axios');
  const fetch = require('node-fetch');
  const got = require('got');
  const request = require('request');
  const base = `http://127.0.0.1:${configuration.HTTP_PORT}`;
  const LIMIT = 100;

  const described = (error) => ({
    name: error.name, code: error.code, type: error.type, message: error.message, class: error.constructor.name,
  });
  const core = (agent, method, path, body, begun) =>
    new Promise((resolve) => {
      const sent = http.request(base + path, { agent, method }, (response) => {
        let text = '';
        response.on('data', (data) => (text += data));
        response.on('end', () => resolve({ text, reused: sent.reusedSocket }));
      });
      sent.on('error', (error) => resolve({ ...described(error), reused: sent.reusedSocket }));
      if (begun) begun(sent);
      sent.end(body);
    });
  const byAxios = (agent, path, more) =>
    axios.post(base + path, { a: 1 }, { httpAgent: agent, ...more }).then((it) => it.data, described);
  const byGot = (agent, path, more) =>
    got.post(base + path, { json: { a: 1 }, agent: { http: agent }, retry: 0, ...more }).then((it) => it.body, described);
  const byRequest = (agent, path, more) =>
    new Promise((resolve) =>
      request.post({ url: base + path, json: { a: 1 }, agent, ...more }, (error, response, body) =>
        resolve(error ? described(error) : body)));
  const byFetch = (agent, path, more) =>
    fetch(base + path, { method: 'POST', body: 'x', agent, ...more }).then((it) => it.text(), described);

  const variants = {
    coreDrop: (agent, path) => core(agent, 'POST', `/drop${path}`, 'x'),
    coreDropGet: (agent, path) => core(agent, 'GET', `/drop${path}`),
    coreTimeout: (agent, path) =>
      core(agent, 'POST', `/hang${path}`, 'x', (sent) => {
        sent.setTimeout(LIMIT, () => sent.destroy(new Error('own words')));
      }),
    coreDestroy: (agent, path) =>
      core(agent, 'POST', `/hang${path}`, 'x', (sent) => setTimeout(() => sent.destroy(), LIMIT)),
    coreAbort: (agent, path) =>
      core(agent, 'POST', `/hang${path}`, 'x', (sent) => setTimeout(() => sent.abort(), LIMIT)),
    axiosDrop: (agent, path) => byAxios(agent, `/drop${path}`),
    axiosTimeout: (agent, path) => byAxios(agent, `/hang${path}`, { timeout: LIMIT }),
    gotDrop: (agent, path) => byGot(agent, `/drop${path}`),
    gotTimeout: (agent, path) => byGot(agent, `/hang${path}`, { timeout: LIMIT }),
    requestDrop: (agent, path) => byRequest(agent, `/drop${path}`),
    requestTimeout: (agent, path) => byRequest(agent, `/hang${path}`, { timeout: LIMIT }),
    fetchDrop: (agent, path) => byFetch(agent, `/drop${path}`),
    fetchTimeout: (agent, path) => byFetch(agent, `/hang${path}`, { timeout: LIMIT }),
  };
  const seen = {};
  for (const [name, run] of Object.entries(variants)) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await core(agent, 'GET', '/first');
    await new Promise(setImmediate);
    const outcome = await run(agent, `/${name}`);
    // A second attempt would be on its way by now.
    await core(undefined, 'GET', '/later');
    const kind = /Drop/.test(name) ? 'drop' : 'hang';
    seen[name] = { outcome, count: (await core(undefined, 'GET', `/count/${kind}/${name}`)).text };
    agent.destroy();
  }
  callback(null, { user_id: '1', seen });
}
