function login(email, password, callback) {
  const http = require('http');
  const seen = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const once = (path, method, body, done) => {
    const req = http.request(configuration.HTTP + path, { method, agent, headers: body ? { 'Content-Length': Buffer.byteLength(body), 'Content-Type': 'application/json' } : {} });
    req.on('socket', () => seen.push('socket'));
    req.on('finish', () => seen.push('finish'));
    req.on('response', (res) => {
      seen.push('response ' + res.statusCode);
      res.setEncoding('utf8');
      let text = '';
      res.on('data', (part) => { text += part; });
      res.on('end', () => { seen.push('end'); setImmediate(() => done(text, req.reusedSocket)); });
    });
    req.on('error', (err) => { seen.push(err.code); done(); });
    if (body) req.write(body);
    req.end();
  };
  once('/echo', 'POST', JSON.stringify({ email }), (first, fresh) => once('/text', 'GET', undefined, (second, reused) => once('/drop', 'POST', '{}', () => {
    agent.destroy();
    callback(null, { user_id: '1', email, seen, first: JSON.parse(first).length, second, reuse: [fresh, reused] });
  })));
}
