// What one would write without Trickle: the script in the server's own process, with no isolation and no limits.
const fs = require('node:fs');
const http = require('node:http');

const script = fs.readFileSync(process.argv[2], 'utf8');
const configuration = JSON.parse(process.env.CONFIGURATION);
const login = new Function('require', 'configuration', `${script}; return login;`)(require, configuration);

const server = http.createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => { text += part; });
  request.on('end', () => {
    const { email, password } = JSON.parse(text);
    login(email, password, (error, profile) => {
      const body = JSON.stringify(error ? { error: error.message } : profile);
      response.writeHead(error ? 500 : 200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
});
// Connections wait while other things are measured.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
